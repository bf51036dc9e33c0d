import type { DesiredResource, Prepared } from '@trueup/provider-sdk';

/** What is owned, watched and judged: an `execute` that ran has left nothing of the kind. */
export function lastingResources({
  resources,
}: Pick<Prepared, 'resources'>): readonly DesiredResource[] {
  return resources.filter(({ executes }) => executes === undefined);
}
