/**
 * Turns the unordered changes of a plan into waves: groups that may run side by side.
 *
 * O1. A resource is applied after everything it depends on, and deleted before it.
 * O2. Lower positions come first. What depends on a later position moves there with it: an explicit
 *     dependency wins over an order by kind.
 * O3. All deletes come last, so that a plan which fails half-way leaves something superfluous behind
 *     rather than something missing.
 */
import { StalledError } from '@trueup/diagnostics';
import type { Change, Position, ResourceId } from '@trueup/provider-sdk';

export interface Wave {
  readonly kind: 'apply' | 'delete';
  /** Never empty. Sorted by id, so that the same plan always prints and runs the same way. */
  readonly changes: readonly Change[];
  /** What has to be `current` before it begins. Sorted; may name what is not part of the plan's steps. */
  readonly awaits: readonly ResourceId[];
}

/**
 * Orders the changes of one plan. Dependencies on resources outside the plan count as met.
 *
 * @throws StalledError `PLAN_DEPENDENCY_CYCLE` when changes wait for each other.
 */
export function orderChanges(changes: readonly Change[]): readonly Wave[] {
  const applies = changes.filter(({ action }) => action !== 'delete');
  const deletes = changes.filter(({ action }) => action === 'delete');
  return [...orderApplies(applies), ...orderDeletes(deletes)];
}

/** A change with the place that its dependencies leave to it. */
interface Placed {
  readonly change: Change;
  readonly position: Position;
  /** How many steps of the same position come before it. */
  readonly depth: number;
}

function orderApplies(changes: readonly Change[]): readonly Wave[] {
  const placed = place(changes);
  const groups = groupByPlace(placed);
  const present = new Set(changes.map(({ id }) => id));
  const waves: Wave[] = [];
  let finished: ResourceId[] = [];
  let running: ResourceId[] = [];
  let wave: number | undefined;

  for (const group of groups) {
    const work = group.map(({ change }) => change).filter(isStep);
    if (work.length === 0) continue;
    const position = group[0]?.position.wave;
    const opens = position !== wave;
    if (opens) {
      finished = [...finished, ...running];
      running = [];
      wave = position;
    }
    const needed = work.flatMap(({ dependsOn }) => dependsOn.filter((id) => present.has(id)));
    waves.push({
      kind: 'apply',
      changes: work.sort(byId),
      awaits: [...new Set([...needed, ...(opens ? finished : [])])].sort(),
    });
    running.push(...work.map(({ id }) => id));
  }
  return waves;
}

/** The reverse of an apply. A delete waits for nothing but the deletes of what hangs on it. */
function orderDeletes(changes: readonly Change[]): readonly Wave[] {
  const placed = place(changes);
  return groupByPlace(placed)
    .toReversed()
    .map((group) => ({
      kind: 'delete',
      changes: group.map(({ change }) => change).sort(byId),
      awaits: [],
    }));
}

function isStep({ action }: Change): boolean {
  return action !== 'none';
}

/** Gives every change a place behind all that it depends on (O1, O2). Linear in steps and edges. */
function place(changes: readonly Change[]): readonly Placed[] {
  const { waiting, dependents } = linkDependencies(changes);
  const places = new Map<ResourceId, Placed>();
  const ready = changes.filter(({ id }) => waiting.get(id) === 0);
  for (let change = ready.pop(); change; change = ready.pop()) {
    places.set(change.id, placeBehind(change, places));
    for (const dependent of dependents.get(change.id) ?? []) {
      const left = (waiting.get(dependent.id) ?? 0) - 1;
      waiting.set(dependent.id, left);
      if (left === 0) ready.push(dependent);
    }
  }
  if (places.size < changes.length) throw cycleAmong(changes, places);
  return [...places.values()];
}

interface Links {
  /** How many dependencies of a change have no place yet. */
  readonly waiting: Map<ResourceId, number>;
  readonly dependents: ReadonlyMap<ResourceId, readonly Change[]>;
}

function linkDependencies(changes: readonly Change[]): Links {
  const present = new Set(changes.map(({ id }) => id));
  const waiting = new Map<ResourceId, number>();
  const dependents = new Map<ResourceId, Change[]>();
  for (const change of changes) {
    const prerequisites = new Set(change.dependsOn.filter((id) => present.has(id)));
    waiting.set(change.id, prerequisites.size);
    for (const id of prerequisites) {
      const known = dependents.get(id);
      if (known) known.push(change);
      else dependents.set(id, [change]);
    }
  }
  return { waiting, dependents };
}

function placeBehind(change: Change, places: ReadonlyMap<ResourceId, Placed>): Placed {
  const before = change.dependsOn.flatMap((id) => places.get(id) ?? []);
  const position = before
    .map((one) => one.position)
    .reduce((last, one) => (comparePositions(one, last) > 0 ? one : last), change.position);
  const beside = before.filter((one) => comparePositions(one.position, position) === 0);
  return { change, position, depth: Math.max(-1, ...beside.map(({ depth }) => depth)) + 1 };
}

function cycleAmong(
  changes: readonly Change[],
  places: ReadonlyMap<ResourceId, Placed>,
): StalledError {
  const stuck = changes.map(({ id }) => id).filter((id) => !places.has(id));
  const names = stuck.sort().join(', ');
  return new StalledError('PLAN_DEPENDENCY_CYCLE', `A dependency cycle blocks: ${names}`);
}

/** Groups of the same place, in order. */
function groupByPlace(placed: readonly Placed[]): readonly (readonly Placed[])[] {
  const groups = new Map<string, Placed[]>();
  for (const one of placed) {
    const key = `${one.position.wave}/${one.position.rank}/${one.depth}`;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()].sort(([a], [b]) => (a && b ? comparePlaces(a, b) : 0));
}

function comparePlaces(a: Placed, b: Placed): number {
  return comparePositions(a.position, b.position) || a.depth - b.depth;
}

function comparePositions(a: Position, b: Position): number {
  return a.wave - b.wave || a.rank - b.rank;
}

/** By code unit, not by locale: the order must not depend on the machine. */
function byId(a: Change, b: Change): number {
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}
