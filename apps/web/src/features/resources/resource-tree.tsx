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
import { findRows, growTree, hasLog, type ResourceRow } from './grow-tree.ts';
import { LogView } from './log-view.tsx';
import { useOffspring, useResources } from './queries.ts';

/** What a stack owns, with what that brought about, and why each of its fields is so. */
export function ResourceTree({ params }: { readonly params: StackName }): ReactNode {
  const resources = useResources(params);
  const offspring = useOffspring(params);
  const [text, setText] = useState('');
  const [opened, setOpened] = useState<Opened>();
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
              shown={opened?.id === row.id ? opened.shown : undefined}
              onShow={(shown) => setOpened(shown && { id: row.id, shown })}
            />
          )}
        </VirtualRows>
      </div>
    </>
  );
}

type ShownPart = 'why' | 'log';

interface Opened {
  readonly id: string;
  readonly shown: ShownPart;
}

interface RowProps {
  readonly row: ResourceRow;
  readonly params: StackName;
  readonly shown: ShownPart | undefined;
  readonly onShow: (shown: ShownPart | undefined) => void;
}

function Row({ row, params, shown, onShow }: RowProps): ReactNode {
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
        <span className="tree-row-parts">
          {hasLog(id) && <PartButton part="log" words="Log" shown={shown} onShow={onShow} />}
          {managed && <PartButton part="why" words="Why?" shown={shown} onShow={onShow} />}
        </span>
      </div>
      {shown === 'why' && <Explanation params={params} resource={id} />}
      {shown === 'log' && <LogView params={params} resource={id} />}
    </div>
  );
}

interface PartButtonProps extends Pick<RowProps, 'shown' | 'onShow'> {
  readonly part: ShownPart;
  readonly words: string;
}

function PartButton({ part, words, shown, onShow }: PartButtonProps): ReactNode {
  const isOpen = shown === part;
  return (
    <Button tone="bare" aria-expanded={isOpen} onClick={() => onShow(isOpen ? undefined : part)}>
      {isOpen ? 'Close' : words}
    </Button>
  );
}
