import { type Comment, type CommentShelf, markLength, type PlacedComment } from '@trueup/forge-sdk';

import type { GitlabClient } from '../gitlab-client.ts';
import { toUser } from '../merge-request/to-merge-request.ts';
import type { GitlabMergeRequest, GitlabNote } from '../schema.ts';

/** GitLab takes a million characters. What disarms a line needs some of them: at most one in two. */
export const commentLength: number = 600_000 - markLength;
const longest = 1_000_000 - markLength;

export interface ShelfPlace {
  readonly mergeRequest: GitlabMergeRequest;
  readonly selfId: string;
  readonly path: string;
}

/** The notes of one merge request, for `putOwnComment`. */
export function shelveNotes(
  client: GitlabClient,
  { mergeRequest, selfId, path }: ShelfPlace,
): CommentShelf {
  const { iid, web_url } = mergeRequest;
  const toPlaced = (note: GitlabNote): PlacedComment => ({
    ...toComment(note),
    url: `${web_url}#note_${note.id}`,
  });
  return {
    selfId,
    longest,
    subject: path,
    async find(id) {
      const note = /^\d{1,16}$/.test(id) ? await client.note(iid, id) : undefined;
      return note && toPlaced(note);
    },
    all: async () => (await writtenBy(client.notes(iid, 'oldest-first'))).map(toPlaced),
    create: async (body) => toPlaced(await client.createNote(iid, body)),
    async update(id, body) {
      const note = await client.editNote(iid, id, body);
      return note && toPlaced(note);
    },
  };
}

/** The oldest first. GitLab filters by no time, so the list is read from its other end. */
export async function commentsSince(
  client: GitlabClient,
  iid: number,
  since: string | undefined,
): Promise<readonly Comment[]> {
  if (since === undefined) {
    return (await writtenBy(client.notes(iid, 'oldest-first'))).map(toComment);
  }
  const moved: GitlabNote[] = [];
  for await (const note of client.notes(iid, 'last-moved-first')) {
    if (Date.parse(note.updated_at) < Date.parse(since)) break;
    if (!note.system) moved.push(note);
  }
  return moved.sort((one, other) => one.id - other.id).map(toComment);
}

/** By people and programs, and not by GitLab itself. */
async function writtenBy(notes: AsyncIterable<GitlabNote>): Promise<readonly GitlabNote[]> {
  return (await Array.fromAsync(notes)).filter(({ system }) => !system);
}

function toComment(note: GitlabNote): Comment {
  return {
    id: String(note.id),
    author: toUser(note.author),
    body: note.body,
    createdAt: note.created_at,
    updatedAt: note.updated_at,
  };
}
