import './run-page.css';

import { getRouteApi, Link } from '@tanstack/react-router';
import type { Run } from '@trueup/api';
import { type ReactNode, useMemo } from 'react';

import { foldJournal } from '../features/runs/fold-journal.ts';
import { useJournal, useRun } from '../features/runs/queries.ts';
import { RunApprovals } from '../features/runs/run-approvals.tsx';
import { RunFacts } from '../features/runs/run-facts.tsx';
import { RunOrders } from '../features/runs/run-orders.tsx';
import { RunPhases } from '../features/runs/run-phases.tsx';
import { RunSteps } from '../features/runs/run-steps.tsx';
import { useActor } from '../features/session/queries.ts';
import { describePhase } from '../marks/describe-phase.ts';
import { splitStackName } from '../marks/stack-name.ts';
import { ForeignText } from '../ui/foreign-text.tsx';
import { Page } from '../ui/page.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { RunPlanPart } from './run-plan-part.tsx';

const route = getRouteApi('/repositories/$repository/runs/$run');

export function RunPage(): ReactNode {
  const { run: id } = route.useParams();
  const run = useRun(id);
  if (run.data) return <OneRun run={run.data} />;
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
  const mayBreakGlass = useMayBreakGlass(params.repository);
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
      <RunOrders
        run={run}
        {...(run.plan && { shownDigest: run.plan.digest })}
        mayBreakGlass={mayBreakGlass}
      />
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
          {run.plan && <RunPlanPart plan={run.plan.id} run={run} />}
        </div>
      </div>
    </Page>
  );
}

function useMayBreakGlass(repository: string): boolean {
  const { data } = useActor();
  if (data?.kind !== 'member') return false;
  return data.grants.some(
    (grant) =>
      grant.role === 'emergency' &&
      (grant.repository === undefined || grant.repository === repository),
  );
}
