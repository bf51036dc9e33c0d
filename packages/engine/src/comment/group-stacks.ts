/** Which stacks would change in the same way, so that it is shown once: 12 stacks, same change. */
import { hash } from 'node:crypto';

import { formatFieldPath, formatJson, type Json } from '@trueup/diagnostics';
import type { Change } from '@trueup/provider-sdk';

import type { StackComment } from './comment-view.ts';

/** At least one stack; what is shown of the first holds for all. Sorted by name. */
export type StackGroup = readonly [StackComment, ...StackComment[]];

/** In the order of their first stacks' names. */
export function groupStacks(stacks: readonly StackComment[]): readonly StackGroup[] {
  const groups = new Map<string, [StackComment, ...StackComment[]]>();
  for (const stack of stacks.toSorted(byName)) {
    const key = keyOf(stack);
    const group = groups.get(key);
    if (group) group.push(stack);
    else groups.set(key, [stack]);
  }
  return [...groups.values()];
}

function byName(one: StackComment, other: StackComment): number {
  return one.stack < other.stack ? -1 : 1;
}

function keyOf({ stack, state }: StackComment): string {
  switch (state.name) {
    case 'planned': {
      const { plan, changes, freshness = '' } = state;
      const remarks = [plan.findings, plan.gaps, plan.diagnostics, plan.withheld];
      if (remarks.some((said) => said.length > 0)) return stack;
      const steps = changes.filter(({ change }) => change.action !== 'none');
      const effects = steps.map(({ change }) => hash('sha256', formatJson(effectOf(change))));
      return `planned ${hash('sha256', effects.sort().join())} ${freshness}`;
    }
    case 'deferred':
    case 'refused':
      return `${state.name} ${state.reason}`;
    case 'failed':
      return `${state.name} ${JSON.stringify(state.diagnostics)}`;
    case 'orphaned':
    case 'planning':
      return state.name;
  }
}

/** Seals differ from target to target: of secrets counts only that they change. */
function effectOf({ id, action, hazards, confidence, cause = 'revision', fields }: Change): Json {
  const sides = fields.map((field) => {
    const { path, before, after, sensitive, unknown = false, generated = false } = field;
    const values = [before, after].map((value) => {
      if (value === undefined) return [];
      return sensitive ? ['secret'] : [value];
    });
    return formatJson([formatFieldPath(path), unknown, generated, ...values]);
  });
  return [id, action, [...hazards].sort(), confidence, cause, sides.sort()];
}
