import type { ActionName, ChangeReport } from '../report/plan-report.ts';

/** Changes that read the same but for the names of their resources. Never empty. */
export type ChangeGroup = readonly [ChangeReport, ...ChangeReport[]];

/** So many that look alike are easier to grasp as one. */
const smallestGroup = 4;

/** What is created is told apart by scope while there are few; of many, each would only repeat the other. */
const mostScopes = 5;

/** What cannot be taken back comes first. */
const order: readonly ActionName[] = [
  'delete',
  'replace',
  'take-over',
  'execute',
  'update',
  'create',
];

/**
 * Puts changes in the order of their gravity, and identical ones together. What takes something away
 * or over is never grouped: each of these is worth a look of its own.
 */
export function groupChanges(changes: readonly ChangeReport[]): readonly ChangeGroup[] {
  const groups = new Map<string, [ChangeReport, ...ChangeReport[]]>();
  const scopes = new Set(changes.map(({ scope }) => scope));
  const byScope = scopes.size <= mostScopes;
  for (const change of changes) {
    const key = keyOf(change, byScope);
    const group = groups.get(key);
    if (group) group.push(change);
    else groups.set(key, [change]);
  }
  const split = [...groups.values()].flatMap((group): readonly ChangeGroup[] =>
    group.length < smallestGroup ? group.map((change) => [change]) : [group],
  );
  return split.toSorted(([a], [b]) => order.indexOf(a.action) - order.indexOf(b.action));
}

function keyOf(change: ChangeReport, byScope: boolean): string {
  const { action, kind, scope, id, hazards, confidence, cause, reason } = change;
  if (['delete', 'replace', 'take-over', 'execute'].includes(action)) return `${action} ${id}`;
  const fields = change.fields
    .filter(({ path }) => path !== '')
    .map(({ path, before, after, sensitive, unknown, generated }) => {
      // Seals of equal values differ by their place.
      const sides = sensitive || generated ? [] : [before, after];
      return [path, sides, unknown ?? false, generated ?? false];
    });
  const place = action === 'create' && byScope ? scope : '';
  return JSON.stringify([action, kind, place, hazards, confidence, cause, reason, fields], digits);
}

function digits(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
