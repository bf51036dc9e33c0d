import { getRouteApi } from '@tanstack/react-router';
import type { ChangeSet, MergeRequestView } from '@trueup/api';
import type { ReactNode } from 'react';

import { Empty } from '../ui/states.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { MergeRequestPlanTab } from './merge-request-plan-tab.tsx';
import type { MergeRequestTab } from './merge-request-tab.ts';

const route = getRouteApi('/repositories/$repository/merge-requests/$number');

export interface MergeRequestPartsProps {
  /** Absent where it is on another forge. */
  readonly request: MergeRequestView | undefined;
  /** Absent until it is planned. */
  readonly set: ChangeSet | undefined;
}

export function MergeRequestParts({ request, set }: MergeRequestPartsProps): ReactNode {
  const { tab = 'plan' } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <div className={request ? 'request-columns' : ''}>
      <div>
        {request && (
          <Tabs<MergeRequestTab>
            label="Parts of the merge request"
            value={tab}
            tabs={[{ value: 'plan', words: 'Plan' }]}
            onChange={(chosen) => void navigate({ search: { tab: chosen } })}
          />
        )}
        {set ? (
          <MergeRequestPlanTab key={`${set.repository} ${set.number}`} newest={set} />
        ) : (
          <Empty title="No plan yet">It comes as soon as Trueup has looked at the branch.</Empty>
        )}
      </div>
    </div>
  );
}
