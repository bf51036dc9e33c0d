import { getRouteApi } from '@tanstack/react-router';
import type { ChangeSet, MergeRequestView } from '@trueup/api';
// biome-ignore lint/correctness/noUnresolvedImports: the rule does not follow how React's types name it.
import { lazy, type ReactNode, Suspense } from 'react';

import { MergeBox } from '../features/merge-requests/merge-box.tsx';
import { MergeRequestAside } from '../features/merge-requests/merge-request-aside.tsx';
import { useActor } from '../features/session/queries.ts';
import { Empty, Loading } from '../ui/states.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { useMedia } from '../ui/use-media.ts';
import { MergeRequestPlanTab } from './merge-request-plan-tab.tsx';
import type { MergeRequestTab } from './merge-request-tab.ts';

const route = getRouteApi('/repositories/$repository/merge-requests/$number');

/** Who comes for the plan does not load what shows the talk. */
const DiscussionTab = lazy(() => import('./discussion-tab.tsx').then(asDefault('DiscussionTab')));
const FilesTab = lazy(() => import('./files-tab.tsx').then(asDefault('FilesTab')));

export interface MergeRequestPartsProps {
  /** Absent where it is on another forge. */
  readonly request: MergeRequestView | undefined;
  /** Absent until it is planned. */
  readonly set: ChangeSet | undefined;
  /** The set is asked for anew. */
  readonly isOnItsWay: boolean;
}

export function MergeRequestParts({ request, set, isOnItsWay }: MergeRequestPartsProps): ReactNode {
  const { repository, number } = route.useParams();
  const { tab = 'plan' } = route.useSearch();
  const navigate = route.useNavigate();
  const place = { repository, number: Number(number) };
  const plan = <PlanPart set={set} isOnItsWay={isOnItsWay} hosted={request !== undefined} />;
  const isWide = useMedia('(min-width: 1081px)');
  if (!request) return plan;
  const besides = (
    <>
      <MergeBox place={place} request={request} />
      <MergeRequestAside place={place} request={request} />
    </>
  );
  return (
    <div className="request-columns">
      <div className="request-main">
        <Tabs<MergeRequestTab>
          label="Parts of the merge request"
          value={tab}
          tabs={tabsOf(request)}
          onChange={(chosen) => void navigate({ search: { tab: chosen } })}
        />
        {tab === 'plan' && plan}
        {tab !== 'plan' && (
          <Suspense fallback={<Loading what="it" />}>
            <OtherPart tab={tab} request={request} place={place} />
          </Suspense>
        )}
      </div>
      {isWide ? (
        <aside className="request-aside">{besides}</aside>
      ) : (
        <details className="request-fold">
          <summary>
            {request.obstacle === undefined ? 'Merge, checks, people' : 'Not to be merged yet'}
          </summary>
          <div className="request-aside">{besides}</div>
        </details>
      )}
    </div>
  );
}

function tabsOf({ openThreads }: MergeRequestView) {
  const open = openThreads > 0 ? ` · ${openThreads} open` : '';
  return [
    { value: 'plan', words: 'Plan' },
    { value: 'discussion', words: `Discussion${open}` },
    { value: 'files', words: 'Files changed' },
  ] as const;
}

interface PlanPartProps extends Omit<MergeRequestPartsProps, 'request'> {
  readonly hosted: boolean;
}

function PlanPart({ set, isOnItsWay, hosted }: PlanPartProps): ReactNode {
  if (!set) {
    return <Empty title="No plan yet">It comes as soon as Trueup has looked at the branch.</Empty>;
  }
  return (
    <MergeRequestPlanTab
      key={`${set.repository} ${set.number}`}
      newest={set}
      isOnItsWay={isOnItsWay}
      hosted={hosted}
    />
  );
}

interface OtherPartProps {
  readonly tab: Exclude<MergeRequestTab, 'plan'>;
  readonly request: MergeRequestView;
  readonly place: { readonly repository: string; readonly number: number };
}

function OtherPart({ tab, request, place }: OtherPartProps): ReactNode {
  const { data } = useActor();
  const reader = data?.kind === 'member' ? data.name : '';
  if (tab === 'files') {
    return <FilesTab place={place} head={request.source.commit} reader={reader} />;
  }
  return <DiscussionTab place={place} reader={reader} description={request.description} />;
}

function asDefault<N extends string>(name: N) {
  return <C,>(module: Readonly<Record<N, C>>): { readonly default: C } => ({
    default: module[name],
  });
}
