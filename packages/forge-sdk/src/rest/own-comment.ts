/**
 * Keeps one comment of ours on a merge request up to date.
 *
 * C1. A comment is ours when we wrote it *and* its first line is our mark: anybody can copy the mark,
 *     and what others wrote may stand in the text of another comment of ours, but not before it.
 * C2. Nothing is written that is there already.
 * C3. Where an answer was lost, the next call finds what the lost one wrote.
 */
import { StalledError } from '@trueup/diagnostics';

import type { Comment, CommentPlace, OwnComment } from '../comment.ts';

/** A comment and its address for people. */
export interface PlacedComment extends Comment {
  readonly url: string;
}

/** What a forge can do about comments of one merge request. */
export interface CommentShelf {
  readonly selfId: string;
  /** `Forge.limits.commentLength`: without our mark, for which {@link markLength} has to be left. */
  readonly longest: number;
  /** What errors are about. */
  readonly subject: string;
  /** `undefined` where it is gone, or belongs to another merge request. */
  readonly find: (id: string) => Promise<PlacedComment | undefined>;
  readonly all: () => Promise<readonly PlacedComment[]>;
  readonly create: (body: string) => Promise<CommentPlace>;
  /** `undefined` where it is gone meanwhile. */
  readonly update: (id: string, body: string) => Promise<CommentPlace | undefined>;
}

/** How many characters of a comment our mark takes at most, so that limits can leave them out. */
export const markLength = 64;

export async function putOwnComment(
  shelf: CommentShelf,
  comment: OwnComment,
): Promise<CommentPlace> {
  const body = withMark(comment, shelf);
  const found = await findOwn(shelf, comment);
  if (!found) return toPlace(await shelf.create(body));
  // C2: some forges change line ends, or cut blanks at the end.
  if (isSameText(found.body, body)) return toPlace(found);
  return toPlace((await shelf.update(found.id, body)) ?? (await shelf.create(body)));
}

/** Nothing of what else is known of a comment. */
function toPlace({ id, url }: CommentPlace): CommentPlace {
  return { id, url };
}

/** Whether a text begins with our mark. Says nothing about who wrote it. */
export function hasMark(body: string, mark: string): boolean {
  const line = formatMark(mark);
  return body.startsWith(line) && /^(?:\r?\n|$)/.test(body.slice(line.length));
}

async function findOwn(
  { selfId, find, all }: CommentShelf,
  { mark, known }: OwnComment,
): Promise<PlacedComment | undefined> {
  const isOwn = ({ author, body }: Comment): boolean => author.id === selfId && hasMark(body, mark);
  const remembered = known && (await find(known.id));
  if (remembered && isOwn(remembered)) return remembered;
  return (await all()).find(isOwn);
}

/** @throws Error for a mark of another form: it is our own mistake. */
function formatMark(mark: string): string {
  if (!/^[a-z0-9-]{1,40}$/.test(mark)) throw new Error('A mark has other characters than it may.');
  return `<!-- trueup:${mark} -->`;
}

function withMark({ mark, body }: OwnComment, { longest, subject }: CommentShelf): string {
  const line = formatMark(mark);
  if (body.length > longest) {
    const message = `${subject}: comment not written: it is longer than ${longest} characters`;
    throw new StalledError('FORGE_COMMENT_TOO_LONG', message, subject);
  }
  return `${line}\n${body}`;
}

function isSameText(one: string, other: string): boolean {
  return normalize(one) === normalize(other);
}

function normalize(body: string): string {
  return body.replaceAll('\r\n', '\n').trimEnd();
}
