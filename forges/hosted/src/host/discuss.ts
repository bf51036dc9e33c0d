/** What people say of a merge request: comments, threads, reviews. */
import type { MergeRequestNumber, Verdict } from '@trueup/forge-sdk';

import type { HostedEvent } from '../hosted-client.ts';
import type {
  HostedActor,
  HostedMergeRequest,
  HostedReview,
  Note,
  NotePlace,
} from '../model/hosted-merge-request.ts';
import { conflict, denied, notFound } from '../translate-errors.ts';
import { checkBody } from './check-texts.ts';
import { getRequest, mergeIfGreen, requireWriter } from './merge-request.ts';
import { touch } from './open-request.ts';
import { putNote, putRepository, putReview, removeNote } from './record-shelf.ts';
import type { OpenRepository, RepositoryHost } from './repository-host.ts';

/** Keeps a merge request readable at all. */
const mostNotes = 10_000;

export interface NewNote {
  readonly body: string;
  /** Id of the thread that it answers. */
  readonly thread?: string;
  /** Begins a thread that somebody has to resolve. */
  readonly discussion?: boolean;
  /** Begins a thread at a line. */
  readonly place?: NotePlace;
}

/** Names a comment or a review. */
export interface TalkKey {
  readonly number: MergeRequestNumber;
  readonly id: string;
}

export async function addNote(
  host: RepositoryHost,
  path: string,
  { number, note }: { readonly number: MergeRequestNumber; readonly note: NewNote },
  actor: HostedActor,
): Promise<Note> {
  requireReader(actor, path);
  return await talk(host, path, number, async (open, request) => {
    const { repository } = open;
    const place = { repository, number };
    const subject = `${path}!${number}`;
    if (note.thread !== undefined) await requireThread(host, place, note.thread);
    if (repository.lastId >= 1e11) throw conflict(subject, 'it has too many comments');
    const notes = await host.shelf.notes(place);
    if (notes.length >= mostNotes) throw conflict(subject, `it has ${mostNotes} comments`);
    const next = { ...repository, lastId: repository.lastId + 1 };
    const at = host.at();
    const made = compose(note, { id: String(next.lastId), actor, at, subject });
    await host.write(
      [putRepository(next), putNote(place, made), touch(open, request, at)],
      [said('comment', path, number, actor)],
    );
    return made;
  });
}

function compose(
  { body, thread, discussion, place }: NewNote,
  { id, actor, at, subject }: Composed,
): Note {
  const begins = thread === undefined && (discussion === true || place !== undefined);
  return {
    id,
    author: actor.user,
    body: checkBody(body, subject),
    createdAt: at,
    updatedAt: at,
    ...(thread !== undefined && { thread }),
    ...(begins && { discussion: true }),
    ...(place && thread === undefined && { place }),
  };
}

interface Composed {
  readonly id: string;
  readonly actor: HostedActor;
  readonly at: string;
  readonly subject: string;
}

/** By its author alone: nobody puts words into another one's mouth. */
export async function editNote(
  host: RepositoryHost,
  path: string,
  { number, id, body }: TalkKey & { readonly body: string },
  actor: HostedActor,
): Promise<Note> {
  return await changeNote(host, path, { number, id, actor }, (note) => {
    if (note.author.id !== actor.user.id) throw denied(path, 'edit the comment of somebody else');
    return { ...note, body: checkBody(body, `${path}!${number}`) };
  });
}

/** By its author, or by an administrator. Answers to a thread stay. */
export async function deleteNote(
  host: RepositoryHost,
  path: string,
  { number, id }: TalkKey,
  actor: HostedActor,
): Promise<void> {
  await talk(host, path, number, async (open, request) => {
    const place = { repository: open.repository, number };
    const note = await getNote(host, place, id);
    if (note.author.id !== actor.user.id && actor.permission !== 'admin') {
      throw denied(path, 'delete the comment of somebody else');
    }
    const writes = [removeNote(place, note), touch(open, request, host.at())];
    await host.write(writes, [said('comment', path, number, actor)]);
    await mergeIfGreen(host, open, request);
  });
}

/** By whoever began it, by the author of the merge request, or by whoever may write. */
export async function resolveThread(
  host: RepositoryHost,
  path: string,
  { number, id, resolved }: TalkKey & { readonly resolved: boolean },
  actor: HostedActor,
): Promise<Note> {
  return await changeNote(host, path, { number, id, actor }, (note, request) => {
    const involved = [note.author.id, request.author.id].includes(actor.user.id);
    if (!involved) requireWriter(actor, path);
    if (note.discussion !== true) throw conflict(`${path}!${number}`, 'that is no thread');
    const { resolved: _before, ...open } = note;
    return resolved ? { ...open, resolved: { by: actor.user, at: host.at() } } : open;
  });
}

export async function addReview(
  host: RepositoryHost,
  path: string,
  { number, verdict, body = '', commit }: NewReview,
  actor: HostedActor,
): Promise<HostedReview> {
  requireReader(actor, path);
  return await talk(host, path, number, async (open, request) => {
    const { repository } = open;
    const subject = `${path}!${number}`;
    if (request.state !== 'open') throw conflict(subject, 'it is not open');
    if (commit !== undefined && commit !== request.sourceCommit) {
      throw conflict(subject, 'its head is another one by now');
    }
    const next = { ...repository, lastId: repository.lastId + 1 };
    const submittedAt = host.at();
    const review: HostedReview = {
      id: String(next.lastId),
      author: actor.user,
      verdict,
      commit: request.sourceCommit,
      body: checkBody(body, subject),
      submittedAt,
    };
    const place = { repository, number };
    await host.write(
      [putRepository(next), putReview(place, review), touch(open, request, submittedAt)],
      [said('review', path, number, actor)],
    );
    await mergeIfGreen(host, open, request);
    return review;
  });
}

export interface NewReview {
  readonly number: MergeRequestNumber;
  readonly verdict: Exclude<Verdict, 'dismissed'>;
  readonly body?: string;
  /** The head that it is given for; `FORGE_CONFLICT` when it is another one by now. */
  readonly commit?: string;
}

/** By its author, or by whoever may write. Harmless when it is dismissed. */
export async function dismissReview(
  host: RepositoryHost,
  path: string,
  { number, id }: TalkKey,
  actor: HostedActor,
): Promise<void> {
  await talk(host, path, number, async (open, request) => {
    const place = { repository: open.repository, number };
    const review = (await host.shelf.reviews(place)).find((one) => one.id === id);
    if (!review) throw notFound(`${path}!${number}: review ${id}`);
    if (review.author.id !== actor.user.id) requireWriter(actor, path);
    const dismissed = { ...review, verdict: 'dismissed' } as const;
    const writes = [putReview(place, dismissed), touch(open, request, host.at())];
    await host.write(writes, [said('review', path, number, actor)]);
  });
}

type ChangeNote = (note: Note, request: HostedMergeRequest) => Note;

async function changeNote(
  host: RepositoryHost,
  path: string,
  { number, id, actor }: TalkKey & { readonly actor: HostedActor },
  change: ChangeNote,
): Promise<Note> {
  return await talk(host, path, number, async (open, request) => {
    const place = { repository: open.repository, number };
    const changed = change(await getNote(host, place, id), request);
    const note = { ...changed, updatedAt: host.at() };
    const writes = [putNote(place, note), touch(open, request, note.updatedAt)];
    await host.write(writes, [said('comment', path, number, actor)]);
    await mergeIfGreen(host, open, request);
    return note;
  });
}

async function talk<T>(
  host: RepositoryHost,
  path: string,
  number: MergeRequestNumber,
  work: (open: OpenRepository, request: HostedMergeRequest) => Promise<T>,
): Promise<T> {
  return await host.inTurn(path, async (open) => work(open, await getRequest(host, open, number)));
}

type Place = Parameters<RepositoryHost['shelf']['notes']>[0];

async function getNote(host: RepositoryHost, place: Place, id: string): Promise<Note> {
  const note = await host.shelf.note(place, id);
  if (note?.id === id) return note;
  throw notFound(`${place.repository.path}!${place.number}: comment ${id}`);
}

async function requireThread(host: RepositoryHost, place: Place, id: string): Promise<void> {
  const first = await getNote(host, place, id);
  const subject = `${place.repository.path}!${place.number}`;
  if (first.discussion !== true) throw conflict(subject, 'that comment is no thread');
}

/** `FORGE_NOT_FOUND`: a refusal would tell that it exists. */
export function requireReader({ permission }: HostedActor, path: string): void {
  if (permission === 'none') throw notFound(path);
}

function said(
  kind: 'comment' | 'review',
  repository: string,
  number: MergeRequestNumber,
  { user: by }: HostedActor,
): HostedEvent {
  return { kind, repository, number, by };
}
