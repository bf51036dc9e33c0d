import { type ChangeSet, endChangeSet, passOn } from '@trueup/engine';

import { type ChangeSetPlace, type OpenChangeSetPorts, openChangeSet } from './open-change-set.ts';
import { carryOver, type PlanMemory } from './plan-memory.ts';

export interface RenewPorts extends OpenChangeSetPorts {
  readonly memory: PlanMemory;
  /** Ends what is being done about it. */
  readonly endWork: (id: string) => Promise<void>;
}

/**
 * Opens the change set for a merge request's two heads as they are. It takes the place of the one that
 * is known in the same batch (K2), with what was said and the plans that hold. `undefined` as
 * `openChangeSet` says.
 */
export async function renewChangeSet(
  wanted: ChangeSetPlace,
  ports: RenewPorts,
): Promise<ChangeSet | undefined> {
  const { store, endWork } = ports;
  const { known, repository } = wanted;
  const set = await openChangeSet(wanted, ports);
  if (!set) return undefined;
  if (known) await endWork(known.id);
  const older = known && ((await store.changeSet(known.id)) ?? known);
  const superseded =
    older && endChangeSet(older, { name: 'superseded', by: set.id }, set.createdAt);
  const said = older?.discussion;
  const heard = said ? { ...set, discussion: passOn(said, older.head === set.head) } : set;
  const renewed = older ? await carryOver(older, heard, repository, ports) : heard;
  await store.commit([
    ...(superseded ? [{ kind: 'change-set' as const, set: superseded }] : []),
    { kind: 'change-set', set: renewed },
  ]);
  return renewed;
}
