import type { Action, Plan } from '@trueup/api';

export type Totals = Readonly<Partial<Record<Action, number>>>;

/** What takes something away first. */
const readingOrder: readonly Action[] = [
  'delete',
  'replace',
  'take-over',
  'execute',
  'update',
  'create',
];

/** How many steps of each action, without those that there are none of. */
export function listTotals(
  totals: readonly Totals[],
): readonly { readonly action: Action; readonly count: number }[] {
  return readingOrder.flatMap((action) => {
    const count = totals.reduce((sum, one) => sum + (one[action] ?? 0), 0);
    return count > 0 ? [{ action, count }] : [];
  });
}

/** Nothing that somebody would approve. */
export function isEmptyPlan({ totals }: Pick<Plan, 'totals'>): boolean {
  return listTotals([totals]).length === 0;
}
