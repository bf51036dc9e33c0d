/**
 * Finds which merge requests are ahead of another one: open ones of which a stack's plan is approved, and
 * was before that of this one. Where nobody has to approve, nobody is ahead.
 */
import type {
  AheadRequest,
  Approval,
  ChangeSet,
  RepositoryRecord,
  Revision,
  StackId,
  Store,
} from '@trueup/engine';
import type { ResourceId } from '@trueup/provider-sdk';

import { type WeighedPlan, weighApprovals } from './weigh-approvals.ts';

export interface AheadPorts {
  readonly store: Store;
  readonly now: () => number;
}

/** One that goes first, and what has to be merged to see what it leaves. */
export interface AheadSet extends AheadRequest {
  readonly head: Revision;
  readonly approvedAt: number;
}

/** By stack, the first to go first; stacks without any are left out. */
export type AheadByStack = ReadonlyMap<StackId, readonly AheadSet[]>;

export interface AheadQuestion {
  readonly set: ChangeSet;
  readonly repository: RepositoryRecord;
  /** Those that were open lately: whoever was approved since is ahead from the next look on. */
  readonly open: readonly ChangeSet[];
}

export async function findAhead(
  { set, repository, open }: AheadQuestion,
  ports: AheadPorts,
): Promise<AheadByStack> {
  const own = { set, given: await givenIn(set, ports.store) };
  const others = open.filter(
    (other) => other.id !== set.id && other.phase.name === 'planned' && sharesStacks(other, set),
  );
  const found: (readonly [StackId, AheadSet])[] = [];
  for (const other of others) found.push(...(await listAhead(other, own, repository, ports)));
  const byStack = Map.groupBy(found, ([stack]) => stack);
  const sorted = [...byStack].map(([stack, pairs]): [StackId, readonly AheadSet[]] => [
    stack,
    pairs
      .map(([, ahead]) => ahead)
      .sort((one, two) => one.approvedAt - two.approvedAt || one.number - two.number),
  ]);
  return new Map(sorted);
}

function sharesStacks(one: ChangeSet, other: ChangeSet): boolean {
  return Object.keys(one.stacks).some((stack) => Object.hasOwn(other.stacks, stack));
}

/** Of which stacks this one is ahead. */
async function listAhead(
  other: ChangeSet,
  own: Approved,
  repository: RepositoryRecord,
  ports: AheadPorts,
): Promise<readonly (readonly [StackId, AheadSet])[]> {
  const all = await givenIn(other, ports.store);
  const given = all.filter(({ stack }) => Object.hasOwn(own.set.stacks, stack));
  if (given.length === 0) return [];
  const { plans } = await weighApprovals(other, repository, ports);
  const { number, head } = other;
  return [...new Set(given.map((one) => one.stack))].flatMap((stack) => {
    const weighed = plans.get(stack);
    if (!(weighed && isApproved(weighed) && isBefore({ set: other, given }, own, stack))) return [];
    const approvedAt = timeOf({ given }, stack) ?? 0;
    return [[stack, { number, head, approvedAt, changes: changesOf(weighed) }] as const];
  });
}

async function givenIn(
  { repository, number }: ChangeSet,
  store: Store,
): Promise<readonly Approval[]> {
  const approvals = await store.approvals({ repository, mergeRequest: number });
  return approvals.filter(({ state }) => state === 'given');
}

function isApproved({ decision }: WeighedPlan): boolean {
  return decision.asksPeople && decision.open.length === 0;
}

interface Approved {
  readonly set: ChangeSet;
  readonly given: readonly Approval[];
}

/** By who was approved first; of one that nobody approved yet every approved one is ahead. */
function isBefore(one: Approved, other: Approved, stack: StackId): boolean {
  const first = timeOf(one, stack);
  const second = timeOf(other, stack);
  if (second === undefined || first === undefined) return first !== undefined;
  return first === second ? one.set.number < other.set.number : first < second;
}

/** When the last of those who had to said yes. */
function timeOf({ given }: Pick<Approved, 'given'>, stack: StackId): number | undefined {
  const times = given.filter((one) => one.stack === stack).map(({ at }) => Date.parse(at));
  return times.length === 0 ? undefined : Math.max(...times);
}

function changesOf({ changes }: WeighedPlan): AheadRequest['changes'] {
  const pairs = changes.flatMap(({ change, digest }) =>
    digest === undefined ? [] : [[change.id, digest] as const],
  );
  return new Map<ResourceId, (typeof pairs)[number][1]>(pairs);
}
