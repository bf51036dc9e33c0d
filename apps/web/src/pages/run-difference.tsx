import type { Run } from '@trueup/api';
import { type ReactNode, useMemo, useState } from 'react';

import { useChangeSetOf } from '../features/merge-requests/queries.ts';
import { comparePlans } from '../features/plan/compare-plans.ts';
import { PlanDifferenceView } from '../features/plan/plan-difference.tsx';
import { usePlans } from '../features/plan/queries.ts';
import { splitStackName } from '../marks/stack-name.ts';

/** Where a run waits since its plan is not the one that was approved with the merge request: both sides. */
export function RunDifference(props: { readonly run: Run; readonly plan: string }): ReactNode {
  const { run, plan } = props;
  const { repository } = splitStackName(run.stack);
  const [all, setAll] = useState(false);
  const set = useChangeSetOf(repository, run.revision);
  const approved = set.data?.stacks[run.stack]?.plan;
  const read = usePlans(approved === undefined ? [plan] : [plan, approved]);
  const before = approved === undefined ? undefined : read.changes.get(approved);
  const now = read.changes.get(plan);
  const differences = useMemo(
    () => (before && now ? comparePlans(before.items, now.items) : []),
    [before, now],
  );
  if (!set.data || differences.length === 0) return null;
  return (
    <PlanDifferenceView
      differences={differences}
      approvedIn={`merge request !${set.data.number}`}
      all={all}
      onAll={() => setAll(true)}
    />
  );
}
