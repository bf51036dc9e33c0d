import type { Run } from '@trueup/api';
import type { ReactNode } from 'react';

import { Button } from '../../ui/button.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { VirtualRows } from '../../ui/virtual-rows.tsx';
import { useRuns } from './queries.ts';
import { RunRow } from './run-row.tsx';

export interface RunListProps {
  /** Full name; all stacks if absent. */
  readonly stack?: string;
  /** What can be done with a run of the list. */
  readonly aside?: (run: Run) => ReactNode;
}

export function RunList({ stack, aside }: RunListProps): ReactNode {
  const runs = useRuns(stack);
  if (runs.isPending) return <Loading what="runs" />;
  if (runs.isError) {
    return <Failed error={runs.error} what="Runs" again={() => void runs.refetch()} />;
  }
  const items: readonly Run[] = runs.data.pages.flatMap((page) => page.items);
  if (items.length === 0 && !runs.hasNextPage) {
    return <Empty title="No run yet">A commit, a merge or drift that is healed starts one.</Empty>;
  }
  return (
    <>
      <div className="panel">
        <VirtualRows items={items} keyOf={({ id }) => id} estimatePx={() => 58} label="Runs">
          {(run) => <RunRow run={run} unnamed={stack !== undefined} aside={aside?.(run)} />}
        </VirtualRows>
      </div>
      {runs.hasNextPage && (
        <p style={{ marginTop: 12 }}>
          <Button busy={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
            Show older runs
          </Button>
        </p>
      )}
    </>
  );
}
