import './overview-page.css';

import { Link } from '@tanstack/react-router';
import type { StackView } from '@trueup/api';
import { type ReactNode, useDeferredValue, useMemo, useState } from 'react';

import { useRepositories } from '../features/repositories/queries.ts';
import { useStacks } from '../features/stacks/queries.ts';
import { RepositoryDiagnostics } from '../features/stacks/repository-diagnostics.tsx';
import { StackRow } from '../features/stacks/stack-row.tsx';
import { chooseStacks, type StackFilter } from '../features/stacks/stack-standing.ts';
import { StandingFilter } from '../features/stacks/standing-filter.tsx';
import { Button } from '../ui/button.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { VirtualRows } from '../ui/virtual-rows.tsx';

export function OverviewPage(): ReactNode {
  const stacks = useStacks();
  return (
    <Page title="Stacks" heading="Stacks">
      <RepositoryDiagnostics />
      {stacks.isPending && <Loading what="stacks" />}
      {stacks.isError && (
        <Failed error={stacks.error} what="Stacks" again={() => void stacks.refetch()} />
      )}
      {stacks.data && <Stacks stacks={stacks.data.items} cut={stacks.data.cut} />}
    </Page>
  );
}

interface StacksProps {
  readonly stacks: readonly StackView[];
  readonly cut: boolean;
}

function Stacks({ stacks, cut }: StacksProps): ReactNode {
  const [filter, setFilter] = useState<StackFilter>({ text: '', standing: 'all' });
  const asked = useDeferredValue(filter);
  const chosen = useMemo(() => chooseStacks(stacks, asked), [stacks, asked]);
  if (stacks.length === 0) return <NoStacks />;
  return (
    <>
      <div className="overview-head">
        <StandingFilter stacks={stacks} filter={filter} onChange={setFilter} />
        <input
          type="search"
          className="overview-search"
          placeholder="Name, path, target or provider"
          aria-label="Find stacks"
          value={filter.text}
          onChange={(event) => setFilter({ ...filter, text: event.target.value })}
        />
      </div>
      {chosen.length === 0 ? (
        <Empty title="No stack is like that">
          <Button onClick={() => setFilter({ text: '', standing: 'all' })}>Show all</Button>
        </Empty>
      ) : (
        <div className="panel overview-list">
          <VirtualRows
            items={chosen}
            keyOf={({ id }) => id}
            estimatePx={() => 58}
            label="Stacks, what asks for somebody first"
          >
            {(stack) => <StackRow stack={stack} />}
          </VirtualRows>
        </div>
      )}
      {cut && <p className="quiet">There are more stacks than are shown here.</p>}
    </>
  );
}

/** Where one begins differs with what is there: no repository, or none that has stacks yet. */
function NoStacks(): ReactNode {
  const repositories = useRepositories();
  if (repositories.data?.length !== 0) {
    return (
      <Empty title="No stack yet">
        A stack is a folder of a repository that is brought to a target. The{' '}
        <code>trueup.yaml</code> at the root of a <Link to="/repositories">repository</Link> names
        them, and they are planned as soon as it is there.
      </Empty>
    );
  }
  return (
    <Empty title="Nothing is followed yet, or nothing of it is yours to see">
      A stack is a folder of a repository that is brought to a target. It begins with a{' '}
      <Link to="/repositories">repository</Link>.
    </Empty>
  );
}
