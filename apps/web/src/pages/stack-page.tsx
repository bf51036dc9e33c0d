import './stack-page.css';

import { getRouteApi, Link } from '@tanstack/react-router';
import type { StackView } from '@trueup/api';
import type { ReactNode } from 'react';

import { DiagnosticLine } from '../changes/diagnostic-line.tsx';
import { DriftStack } from '../features/drift/drift-stack.tsx';
import { useDrift } from '../features/drift/queries.ts';
import { ResourceEvents } from '../features/resources/resource-events.tsx';
import { ResourceTree } from '../features/resources/resource-tree.tsx';
import { RunList } from '../features/runs/run-list.tsx';
import { useStack } from '../features/stacks/queries.ts';
import { RollbackButton } from '../features/stacks/rollback-button.tsx';
import { StackFacts } from '../features/stacks/stack-facts.tsx';
import { StackOrders } from '../features/stacks/stack-orders.tsx';
import { ForeignText } from '../ui/foreign-text.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { Tabs } from '../ui/tabs.tsx';
import type { StackTab } from './stack-tab.ts';

const route = getRouteApi('/repositories/$repository/stacks/$stack');

export function StackPage(): ReactNode {
  const params = route.useParams();
  const { tab = 'resources' } = route.useSearch();
  const stack = useStack(params);
  const name = `${params.repository}/${params.stack}`;
  return (
    <Page
      title={name}
      above={
        <>
          <Link to="/">Stacks</Link> in <ForeignText>{params.repository}</ForeignText>
        </>
      }
      heading={<ForeignText>{params.stack}</ForeignText>}
      facts={stack.data && <StackFacts stack={stack.data} />}
      actions={stack.data && <StackOrders stack={stack.data} />}
    >
      {stack.isPending && <Loading what="the stack" />}
      {stack.isError && (
        <Failed error={stack.error} what="Stack" again={() => void stack.refetch()} />
      )}
      {stack.data && <Parts stack={stack.data} tab={tab} />}
    </Page>
  );
}

function Parts({ stack, tab }: { readonly stack: StackView; readonly tab: StackTab }): ReactNode {
  const params = route.useParams();
  const navigate = route.useNavigate();
  return (
    <>
      <Diagnostics stack={stack} />
      <Tabs<StackTab>
        label="Parts of the stack"
        value={tab}
        tabs={[
          { value: 'resources', words: `Resources ${stack.resourceCount.toLocaleString('en')}` },
          { value: 'drift', words: `Drift ${stack.driftCount}` },
          { value: 'events', words: 'Events' },
          { value: 'history', words: 'History' },
        ]}
        onChange={(chosen) => void navigate({ search: { tab: chosen } })}
      />
      {tab === 'resources' && <ResourceTree params={params} />}
      {tab === 'drift' && <StackDrift stack={stack} />}
      {tab === 'events' && <ResourceEvents params={params} />}
      {tab === 'history' && (
        <RunList stack={stack.id} aside={(run) => <RollbackButton stack={stack} run={run} />} />
      )}
    </>
  );
}

function Diagnostics({ stack }: { readonly stack: StackView }): ReactNode {
  if (stack.diagnostics.length === 0) return null;
  return (
    <ul className="stack-diagnostics">
      {stack.diagnostics.map((one) => (
        <li key={`${one.code} ${one.summary}`} className={`stack-diagnostic-${one.severity}`}>
          <DiagnosticLine diagnostic={one} />
        </li>
      ))}
    </ul>
  );
}

function StackDrift({ stack }: { readonly stack: StackView }): ReactNode {
  const drift = useDrift({ open: true, stack: stack.id });
  if (drift.isPending) return <Loading what="drift" />;
  if (drift.isError) {
    return <Failed error={drift.error} what="Drift" again={() => void drift.refetch()} />;
  }
  if (drift.data.items.length === 0) return <Empty title="Nothing of it has drifted" />;
  return <DriftStack stack={stack.id} items={drift.data.items} may={stack.may} />;
}
