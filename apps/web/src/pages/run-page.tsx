import './run-page.css';

import { getRouteApi, Link } from '@tanstack/react-router';
import type { Run } from '@trueup/api';
import { type ReactNode, useMemo, useState } from 'react';

import { usePlans } from '../features/plan/queries.ts';
import { useRepository } from '../features/repositories/queries.ts';
import { foldJournal } from '../features/runs/fold-journal.ts';
import { useJournal, useRun } from '../features/runs/queries.ts';
import { RunApprovals } from '../features/runs/run-approvals.tsx';
import { RunFacts } from '../features/runs/run-facts.tsx';
import { RunOrders } from '../features/runs/run-orders.tsx';
import { RunPhases } from '../features/runs/run-phases.tsx';
import { RunSteps } from '../features/runs/run-steps.tsx';
import { keepShownPlan, type PlanOnPage } from '../features/runs/shown-plan.ts';
import { describePhase } from '../marks/describe-phase.ts';
import { splitStackName } from '../marks/stack-name.ts';
import { Button } from '../ui/button.tsx';
import { ForeignText } from '../ui/foreign-text.tsx';
import { Page } from '../ui/page.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { RunPlanPart } from './run-plan-part.tsx';

const route = getRouteApi('/repositories/$repository/runs/$run');

export function RunPage(): ReactNode {
  const { run: id } = route.useParams();
  const run = useRun(id);
  if (run.data) return <OneRun key={id} run={run.data} />;
  return (
    <Page title="Run" heading="Run">
      {run.isPending ? (
        <Loading what="the run" />
      ) : (
        <Failed error={run.error} what="Run" again={() => void run.refetch()} />
      )}
    </Page>
  );
}

function OneRun({ run }: { readonly run: Run }): ReactNode {
  const params = splitStackName(run.stack);
  const journal = useJournal(run.id);
  const story = useMemo(() => foldJournal(journal.data ?? []), [journal.data]);
  const may = useRepository(params.repository)?.may ?? [];
  const { shown, isStale, isRead, showNewest } = usePlanOnPage(run);
  const { words, tone, because } = describePhase(run.phase);
  return (
    <Page
      title={`${words}: ${run.stack}`}
      above={
        <>
          Run of{' '}
          <Link to="/repositories/$repository/stacks/$stack" params={params}>
            <ForeignText>{run.stack}</ForeignText>
          </Link>
        </>
      }
      heading={<span className={`phase phase-${tone} heading-word`}>{words}</span>}
      facts={<RunFacts run={run} />}
    >
      {because !== undefined && (
        <p className="run-because">
          <ForeignText>{because}</ForeignText>
        </p>
      )}
      <RunOrders run={run} {...(shown && isRead && { shownDigest: shown.digest })} may={may} />
      {isStale && (
        <div className="row" role="alert">
          <p>The plan moved while you looked. What you see can no longer be approved.</p>
          <Button onClick={showNewest}>Show the new plan</Button>
        </div>
      )}
      <div className="run-columns">
        <aside>
          <h2>The way so far</h2>
          {journal.isPending && <Loading what="the journal" />}
          {journal.isError && <Failed error={journal.error} what="Journal" />}
          <RunPhases phases={story.phases} />
          <RunApprovals run={run.id} />
        </aside>
        <div className="run-main">
          {story.steps.length > 0 && (
            <>
              <h2>Steps</h2>
              <RunSteps steps={story.steps} />
            </>
          )}
          {shown && <RunPlanPart plan={shown.id} run={run} />}
        </div>
      </div>
    </Page>
  );
}

/** `isRead`: all of it is on the page. */
function usePlanOnPage(run: Run): PlanOnPage & {
  readonly isRead: boolean;
  readonly showNewest: () => void;
} {
  const [kept, setKept] = useState(run.plan);
  const view = keepShownPlan(kept, run);
  const { shown } = view;
  if (shown !== kept) setKept(shown);
  const read = usePlans(shown ? [shown.id] : []);
  const isRead = !read.pending && read.error === null;
  return { ...view, isRead, showNewest: () => setKept(run.plan) };
}
