import type { ActionName, ChangeReport } from '../report/plan-report.ts';

/** Changes that read the same but for the names of their resources. Never empty. */
export type ChangeGroup = readonly [ChangeReport, ...ChangeReport[]];

/** So many that look alike are easier to grasp as one. */
const smallestGroup = 4;

/** What is created is told apart by scope while there are few; of many, each only repeats the other. */
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
 * Puts changes in the order of their gravity, and identical ones together: many resources of one kind, or, where
 * names come back in scope after scope, the same step in all of them, as on hosts. What takes something away or over is never
 * grouped: each of these is worth a look of its own.
 */
export function groupChanges(changes: readonly ChangeReport[]): readonly ChangeGroup[] {
  const groups = new Map<string, [ChangeReport, ...ChangeReport[]]>();
  const byScope = new Set(changes.map(({ scope }) => scope)).size <= mostScopes;
  const repeated = kindsOfHosts(changes);
  for (const change of changes) {
    const key = repeated.has(change.kind) ? keyInScopes(change) : keyOf(change, byScope);
    const group = groups.get(key);
    if (group) group.push(change);
    else groups.set(key, [change]);
  }
  const split = [...groups.values()].flatMap((group): readonly ChangeGroup[] =>
    group.length < smallestGroup ? group.map((change) => [change]) : [group],
  );
  return split.toSorted(([a], [b]) => order.indexOf(a.action) - order.indexOf(b.action));
}

/** Kinds whose names come back in scope after scope. */
function kindsOfHosts(changes: readonly ChangeReport[]): ReadonlySet<string> {
  const kinds = [...Map.groupBy(changes, ({ kind }) => kind)].filter(([, all]) => {
    const scopes = new Set(all.map(({ scope }) => scope)).size;
    const names = new Set(all.map(({ name }) => name)).size;
    return scopes >= smallestGroup && all.length >= 2 * names;
  });
  return new Set(kinds.map(([kind]) => kind));
}

function keyOf(change: ChangeReport, byScope: boolean): string {
  const { action, scope, id } = change;
  if (['delete', 'replace', 'take-over', 'execute'].includes(action)) return `${action} ${id}`;
  const fields = change.fields.filter(({ path }) => path !== '');
  return textOf(change, [action === 'create' && byScope ? scope : ''], fields);
}

/** Bodies are not shown, and are others all the same. */
function keyInScopes(change: ChangeReport): string {
  const { action, name, id } = change;
  if (['delete', 'replace', 'take-over'].includes(action)) return `${action} ${id}`;
  return textOf(change, ['in scopes', name], change.fields);
}

function textOf(
  { action, kind, hazards, confidence, cause, reason }: ChangeReport,
  place: readonly string[],
  fields: ChangeReport['fields'],
): string {
  const read = fields.map(({ path, before, after, sensitive, unknown, generated }) => {
    // Seals of equal values differ by their place.
    const sides = sensitive || generated ? [] : [before, after];
    return [path, sides, unknown ?? false, generated ?? false];
  });
  return JSON.stringify([action, kind, place, hazards, confidence, cause, reason, read], digits);
}

function digits(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
