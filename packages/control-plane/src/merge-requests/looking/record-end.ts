import {
  type ChangeSet,
  endChangeSet,
  type RepositoryRecord,
  type Store,
  type Write,
} from '@trueup/engine';

import type { ForgePlace } from '../../forges/forge-place.ts';

export interface RecordEndPorts {
  readonly store: Pick<Store, 'changeSet' | 'commit'>;
  readonly now: () => number;
  /** Ends what is being done about it. */
  readonly endWork: (id: string) => Promise<void>;
}

export interface EndPlace {
  readonly repository: RepositoryRecord;
  readonly place: ForgePlace;
  readonly signal: AbortSignal;
}

/**
 * Asks what became of a merge request that is not open any more, or goes elsewhere, and writes it.
 * `undefined` when it was opened again since the list was read: the next look knows.
 */
export async function recordEnd(
  set: ChangeSet,
  { repository, place, signal }: EndPlace,
  { store, now, endWork }: RecordEndPorts,
): Promise<ChangeSet | undefined> {
  const request = await place.forge.mergeRequest(place.repository, set.number, { signal });
  const state = request?.state ?? { name: 'closed' };
  // Of one that went elsewhere nothing comes to the followed branch.
  const here = request?.target.branch === repository.branch;
  if (state.name === 'open' && here) return undefined;
  const phase =
    state.name === 'merged' && here
      ? ({ name: 'merged', commit: state.commit, at: state.at } as const)
      : ({ name: 'closed' } as const);
  await endWork(set.id);
  const known = (await store.changeSet(set.id)) ?? set;
  const at = new Date(now()).toISOString();
  const ended = endChangeSet(known, phase, at);
  await store.commit([{ kind: 'change-set', set: ended }, ...tellEnd(ended, repository, at)]);
  return ended;
}

function tellEnd(
  { number, phase }: ChangeSet,
  { name }: RepositoryRecord,
  at: string,
): readonly Write[] {
  const revision = phase.name === 'merged' ? { revision: phase.commit } : {};
  const body = { mergeRequest: number, ...revision };
  const type = `merge-request:${phase.name}`;
  return [{ kind: 'event', event: { at, type, repository: name, body } }];
}
