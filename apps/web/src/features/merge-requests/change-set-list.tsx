import type { ReactNode } from 'react';

import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { VirtualRows } from '../../ui/virtual-rows.tsx';
import { ChangeSetRow } from './change-set-row.tsx';
import { useOpenChangeSets } from './queries.ts';

/** What waits to be merged, of one repository or of all. */
export function ChangeSetList({ repository }: { readonly repository?: string }): ReactNode {
  const sets = useOpenChangeSets(repository);
  if (sets.isPending) return <Loading what="merge requests" />;
  if (sets.isError) {
    return <Failed error={sets.error} what="Merge requests" again={() => void sets.refetch()} />;
  }
  if (sets.data.items.length === 0) {
    return <Empty title="Nothing waits to be merged">A merge request gets its plan here.</Empty>;
  }
  return (
    <div className="panel">
      <VirtualRows
        items={sets.data.items}
        keyOf={({ id }) => id}
        estimatePx={() => 58}
        label="Merge requests"
      >
        {(set) => <ChangeSetRow set={set} />}
      </VirtualRows>
    </div>
  );
}
