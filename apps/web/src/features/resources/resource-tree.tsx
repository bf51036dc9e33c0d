import './resource-tree.css';

import type { StackName } from '@trueup/api';
import { type ReactNode, useDeferredValue, useMemo, useState } from 'react';

import { ResourceLabel } from '../../changes/resource-label.tsx';
import { HealthMark } from '../../marks/health-mark.tsx';
import { Button } from '../../ui/button.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { VirtualRows } from '../../ui/virtual-rows.tsx';
import { Explanation } from './explanation.tsx';
import { findRows, growTree, type ResourceRow } from './grow-tree.ts';
import { useOffspring, useResources } from './queries.ts';

/** What a stack owns, with what that brought about, and why each of its fields is so. */
export function ResourceTree({ params }: { readonly params: StackName }): ReactNode {
  const resources = useResources(params);
  const offspring = useOffspring(params);
  const [text, setText] = useState('');
  const [opened, setOpened] = useState<string>();
  const rows = useMemo(
    () => growTree(resources.data ?? [], offspring.data ?? []),
    [resources.data, offspring.data],
  );
  const sought = useDeferredValue(text);
  const found = useMemo(() => findRows(rows, sought), [rows, sought]);
  if (resources.isPending) return <Loading what="resources" />;
  if (resources.isError) {
    return (
      <Failed error={resources.error} what="Resources" again={() => void resources.refetch()} />
    );
  }
  if (rows.length === 0) return <Empty title="The stack owns nothing in its target yet" />;
  return (
    <>
      <div className="row row-apart tree-head">
        <span className="soft small">
          {found.length.toLocaleString('en')} of {rows.length.toLocaleString('en')}, what is not
          well first
        </span>
        <input
          type="search"
          aria-label="Find resources"
          placeholder="Kind, name or health"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <div className="panel">
        <VirtualRows
          items={found}
          keyOf={({ id, depth }) => `${depth} ${id}`}
          estimatePx={() => 42}
          label="Resources"
        >
          {(row) => (
            <Row
              row={row}
              params={params}
              isOpen={opened === row.id}
              onOpen={() => setOpened(opened === row.id ? undefined : row.id)}
            />
          )}
        </VirtualRows>
      </div>
    </>
  );
}

interface RowProps {
  readonly row: ResourceRow;
  readonly params: StackName;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
}

function Row({ row, params, isOpen, onOpen }: RowProps): ReactNode {
  const { id, health, depth, drifted, managed } = row;
  return (
    <div className="tree-row-outer">
      <div className="tree-row" style={{ paddingLeft: 16 + depth * 22 }}>
        <HealthMark health={health.status} />
        <ResourceLabel id={id} />
        <span className="tree-row-health small soft cut">
          {drifted && <span className="tree-row-drift">drifted · </span>}
          <ForeignText>{health.message === '' ? health.reason : health.message}</ForeignText>
        </span>
        {managed ? (
          <Button tone="bare" aria-expanded={isOpen} onClick={onOpen} className="tree-row-why">
            {isOpen ? 'Close' : 'Why?'}
          </Button>
        ) : (
          <span />
        )}
      </div>
      {isOpen && <Explanation params={params} resource={id} />}
    </div>
  );
}
