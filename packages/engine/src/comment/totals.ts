import type { Action } from '@trueup/provider-sdk';

/** `2 to delete, 1 to create`; `no change` when there is none. What may harm comes first. */
export function describeTotals(totals: Readonly<Record<Action, number>>): string {
  const parts = order.flatMap(([action, words]) => {
    const count = totals[action];
    return count > 0 ? [`${count} to ${words}`] : [];
  });
  return parts.length > 0 ? parts.join(', ') : 'no change';
}

export function addTotals(
  all: readonly Readonly<Record<Action, number>>[],
): Readonly<Record<Action, number>> {
  const sum: Record<Action, number> = {
    create: 0,
    update: 0,
    replace: 0,
    delete: 0,
    'take-over': 0,
    execute: 0,
    none: 0,
  };
  for (const totals of all) {
    for (const [action] of order) sum[action] += totals[action];
    sum.none += totals.none;
  }
  return sum;
}

const order: readonly (readonly [Action, string])[] = [
  ['delete', 'delete'],
  ['replace', 'replace'],
  ['take-over', 'take over'],
  ['execute', 'run'],
  ['update', 'update'],
  ['create', 'create'],
];
