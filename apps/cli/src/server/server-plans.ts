import type { ApiClient, Run, StackView } from '@trueup/api';

import { type PlanReport, reportStored } from '../report/plan-report.ts';
import { readPages } from './read-pages.ts';

/** The plan of a run, whole. `undefined` while it has none. */
export async function planOfRun(
  client: ApiClient,
  { plan }: Pick<Run, 'plan'>,
  stack: Pick<StackView, 'target' | 'path'>,
): Promise<PlanReport | undefined> {
  if (!plan) return undefined;
  const params = { plan: plan.id };
  const [record, changes] = await Promise.all([
    client.plan({ params }),
    readPages((query) => client.planChanges({ params, query })),
  ]);
  return reportStored(record, changes, stack);
}
