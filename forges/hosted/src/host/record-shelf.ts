/** This forge's records by their types. Where they lie, and in which order lists of them are. */
import { guardOf, type Shape } from '@trueup/forge-sdk';

import type {
  HostedFilter,
  HostedPage,
  HostedRecord,
  HostedRecords,
  RecordWrite,
} from '../hosted-client.ts';
import type { WrittenBranch } from '../model/branch-writer.ts';
import type {
  HostedMergeRequest,
  HostedReview,
  HostedStatus,
  Note,
} from '../model/hosted-merge-request.ts';
import type { HostedRepository } from '../model/hosted-repository.ts';
import {
  branchShape,
  mergeRequestShape,
  noteShape,
  type Outgoing,
  outgoingShape,
  repositoryShape,
  reviewShape,
  statusShape,
} from '../schema.ts';
import { unreadable } from '../translate-errors.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

const repositories = 'repositories';

/** Pages that are read one after the other until there are no more. */
const pageLength = 500;

export class RecordShelf {
  readonly #records: HostedRecords;

  constructor(records: HostedRecords) {
    this.#records = records;
  }

  async repository(path: string): Promise<HostedRepository | undefined> {
    return await this.#find(repositories, path, repositoryShape);
  }

  async repositories(): Promise<readonly HostedRepository[]> {
    return await this.#all({ place: repositories, order: 'rising' }, repositoryShape);
  }

  async request({ id }: HostedRepository, number: number): Promise<HostedMergeRequest | undefined> {
    return await this.#find(`${id}/requests`, keyOf(number), mergeRequestShape);
  }

  /** The one that moved last comes first. */
  async requests(
    { id }: HostedRepository,
    { state, ...page }: HostedPage & { readonly state?: HostedMergeRequest['state'] },
  ): Promise<Page<HostedMergeRequest>> {
    const filter = { place: `${id}/requests`, order: 'falling', ...(state && { state }) } as const;
    return await this.#list(filter, page, mergeRequestShape);
  }

  /** Open ones are few enough to be held at once. */
  async openRequests(repository: HostedRepository): Promise<readonly HostedMergeRequest[]> {
    const filter = { place: `${repository.id}/requests`, order: 'falling', state: 'open' } as const;
    return await this.#all(filter, mergeRequestShape);
  }

  /** Number of the merge request that brought a commit to its target branch. */
  async mergedBy({ id }: HostedRepository, commit: string): Promise<number | undefined> {
    const found = await this.#find(`${id}/merged`, commit, outgoingShape);
    return found?.number;
  }

  async note(place: Talk, id: string): Promise<Note | undefined> {
    return await this.#find(placeOf(place, 'notes'), keyOf(Number(id) || 0), noteShape);
  }

  /** The oldest first. */
  async notes(place: Talk): Promise<readonly Note[]> {
    return await this.#all({ place: placeOf(place, 'notes'), order: 'rising' }, noteShape);
  }

  async notePage(place: Talk, page: HostedPage): Promise<Page<Note>> {
    return await this.#list({ place: placeOf(place, 'notes'), order: 'rising' }, page, noteShape);
  }

  /** In the order in which they were given. */
  async reviews(place: Talk): Promise<readonly HostedReview[]> {
    return await this.#all({ place: placeOf(place, 'reviews'), order: 'rising' }, reviewShape);
  }

  async statuses({ id }: HostedRepository, commit: string): Promise<readonly HostedStatus[]> {
    return await this.#all({ place: `${id}/statuses/${commit}`, order: 'rising' }, statusShape);
  }

  /** Who moved a branch. */
  async branch({ id }: HostedRepository, name: string): Promise<WrittenBranch | undefined> {
    return await this.#find(`${id}/branches`, name, branchShape);
  }

  async branches({ id }: HostedRepository): Promise<readonly WrittenBranch[]> {
    return await this.#all({ place: `${id}/branches`, order: 'rising' }, branchShape);
  }

  /** Merge requests elsewhere whose branches lie here. */
  async outgoing({ id }: HostedRepository): Promise<readonly Outgoing[]> {
    return await this.#all({ place: `${id}/outgoing`, order: 'rising' }, outgoingShape);
  }

  async #find<T>(place: string, id: string, shape: Shape<T>): Promise<T | undefined> {
    const record = await this.#records.find(place, id);
    return record && (await parse(record, shape));
  }

  async #list<T>(filter: HostedFilter, page: HostedPage, shape: Shape<T>): Promise<Page<T>> {
    const { items, next } = await this.#records.list(filter, page);
    const parsed = await Promise.all(items.map((record) => parse(record, shape)));
    return { items: parsed, ...(next !== undefined && { next }) };
  }

  async #all<T>(filter: HostedFilter, shape: Shape<T>): Promise<readonly T[]> {
    const found: T[] = [];
    let after: string | undefined;
    do {
      const page = { limit: pageLength, ...(after !== undefined && { after }) };
      const { items, next } = await this.#list(filter, page, shape);
      found.push(...items);
      after = next;
    } while (after !== undefined);
    return found;
  }
}

/** A merge request's discussion. */
export interface Talk {
  readonly repository: HostedRepository;
  readonly number: number;
}

async function parse<T>({ body, place, id }: HostedRecord, shape: Shape<T>): Promise<T> {
  const isSound = await guardOf(shape);
  if (isSound(body)) return body;
  throw unreadable(place === repositories ? id : place);
}

/** Numbers sort as texts. */
function keyOf(number: number): string {
  return String(number).padStart(12, '0');
}

function placeOf({ repository, number }: Talk, what: 'notes' | 'reviews'): string {
  return `${repository.id}/${number}/${what}`;
}

/** Times sort as texts when they have one form. */
function rankOf(at: string, number: number): string {
  return `${at}/${keyOf(number)}`;
}

export function putRepository(repository: HostedRepository): RecordWrite {
  return put(repositories, repository.path, '0', repository);
}

export function putRequest({ id }: HostedRepository, request: HostedMergeRequest): RecordWrite {
  const { number, updatedAt, state } = request;
  const record = put(`${id}/requests`, keyOf(number), rankOf(updatedAt, number), request);
  return { ...record, record: { ...record.record, state } };
}

export function putMerged(
  { id, path }: HostedRepository,
  { number, commit }: { readonly number: number; readonly commit: string },
): RecordWrite {
  return put(`${id}/merged`, commit, '0', { path, number } satisfies Outgoing);
}

export function putBranch({ id }: HostedRepository, written: WrittenBranch): RecordWrite {
  return put(`${id}/branches`, written.branch, '0', written);
}

export function removeBranch({ id }: HostedRepository, branch: string): RecordWrite {
  return { kind: 'removed', place: `${id}/branches`, id: branch };
}

export function putNote(place: Talk, note: Note): RecordWrite {
  const key = keyOf(Number(note.id));
  return put(placeOf(place, 'notes'), key, key, note);
}

export function removeNote(place: Talk, { id }: Note): RecordWrite {
  return { kind: 'removed', place: placeOf(place, 'notes'), id: keyOf(Number(id)) };
}

export function putReview(place: Talk, review: HostedReview): RecordWrite {
  const key = keyOf(Number(review.id));
  return put(placeOf(place, 'reviews'), key, key, review);
}

export function putStatus(
  { id }: HostedRepository,
  commit: string,
  status: HostedStatus,
): RecordWrite {
  return put(`${id}/statuses/${commit}`, status.context, '0', status);
}

export function putOutgoing(source: HostedRepository, outgoing: Outgoing): RecordWrite {
  const { path, number } = outgoing;
  return put(`${source.id}/outgoing`, `${path}!${number}`, '0', outgoing);
}

function put(
  place: string,
  id: string,
  rank: string,
  body: unknown,
): Extract<RecordWrite, { readonly kind: 'put' }> {
  return { kind: 'put', record: { place, id, rank, state: '', body } };
}
