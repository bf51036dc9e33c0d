import { formatJson } from '@trueup/diagnostics';
import { type Change, parseResourceId } from '@trueup/provider-sdk';

import { linesOfFields } from './change-text.ts';

/** The same step in several scopes: namespaces, hosts. Never empty. */
export type ScopeGroup = readonly [Change, ...Change[]];

/** So many that read alike are easier to grasp as one. */
const smallestGroup = 3;

/**
 * Puts steps together that read the same but for their scope, each group where its first step stands. What takes
 * something away or over is never grouped: each of these is worth a look of its own.
 */
export function groupScopes(steps: readonly Change[]): readonly ScopeGroup[] {
  const groups = new Map<string, [Change, ...Change[]]>();
  for (const change of steps) {
    const key = keyOf(change);
    const group = groups.get(key);
    if (group) group.push(change);
    else groups.set(key, [change]);
  }
  return [...groups.values()].flatMap((group): readonly ScopeGroup[] =>
    group.length < smallestGroup ? group.map((change) => [change]) : [group],
  );
}

function keyOf(change: Change): string {
  const { id, action, hazards, confidence, cause, reason, fields } = change;
  const { kind, scope, name } = parseResourceId(id);
  if (scope === '' || ['delete', 'replace', 'take-over'].includes(action)) return id;
  // Bodies are not shown, and are others all the same. Seals of equal ones differ by their place.
  const roots = fields.filter(({ path, sensitive }) => path.length === 0 && !sensitive);
  const bodies = roots.map(({ before, after }) => formatJson([before ?? null, after ?? null]));
  const read = { action, kind, name, hazards, confidence, cause, reason, bodies };
  return JSON.stringify({ ...read, lines: linesOfFields(change) });
}
