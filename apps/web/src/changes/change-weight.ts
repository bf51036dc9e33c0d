import type { Action, Change } from '@trueup/api';

/** By how much it wants to be seen: the lower, the sooner. What takes something away comes first. */
export function weightOf({ action, hazards }: Pick<Change, 'action' | 'hazards'>): number {
  if (action === 'delete') return 0;
  if (action === 'replace') return 1;
  if (hazards.includes('destroys-data')) return 2;
  if (hazards.length > 0) return 3;
  return plainActions.indexOf(action) + 4;
}

const plainActions: readonly Action[] = ['take-over', 'execute', 'update', 'create', 'none'];

/** What is lost or interrupted is a risk: up to this weight. */
export const riskWeight = 3;
