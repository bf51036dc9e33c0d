import type { DriftItem, Verb } from '@trueup/api';
import { type ReactNode, useMemo, useState } from 'react';

import { DriftStack } from '../features/drift/drift-stack.tsx';
import { useDrift } from '../features/drift/queries.ts';
import { useRepositories } from '../features/repositories/queries.ts';
import { splitStackName } from '../marks/stack-name.ts';
import { Choice } from '../ui/choice.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { VirtualRows } from '../ui/virtual-rows.tsx';

const choices = [
  { value: 'open', words: 'Open' },
  { value: 'closed', words: 'Closed' },
] as const;

export function DriftPage(): ReactNode {
  const [shown, setShown] = useState<'open' | 'closed'>('open');
  const drift = useDrift({ open: shown === 'open' });
  return (
    <Page
      title="Drift"
      heading="Drift"
      facts={
        <span>
          What left Git's values while Git stood still: what was observed, then what Git says.
        </span>
      }
      actions={<Choice label="Show" value={shown} options={choices} onChange={setShown} />}
    >
      {drift.isPending && <Loading what="drift" />}
      {drift.isError && (
        <Failed error={drift.error} what="Drift" again={() => void drift.refetch()} />
      )}
      {drift.data && <Inbox items={drift.data.items} cut={drift.data.cut} shown={shown} />}
    </Page>
  );
}

interface InboxProps {
  readonly items: readonly DriftItem[];
  readonly cut: boolean;
  readonly shown: 'open' | 'closed';
}

function Inbox({ items, cut, shown }: InboxProps): ReactNode {
  const { data: repositories = [] } = useRepositories();
  const mayWith = (stack: string): readonly Verb[] => {
    const { repository } = splitStackName(stack);
    return repositories.find(({ name }) => name === repository)?.may ?? [];
  };
  const stacks = useMemo(() => [...Map.groupBy(items, ({ stack }) => stack)], [items]);
  if (stacks.length === 0) {
    return shown === 'open' ? (
      <Empty title="Nothing has drifted">Every target is as Git says it should be.</Empty>
    ) : (
      <Empty title="Nothing was closed yet" />
    );
  }
  return (
    <>
      <VirtualRows
        items={stacks}
        keyOf={([stack]) => stack}
        estimatePx={([, own]) => 64 + 90 * own.length}
        label="Stacks with drift"
      >
        {([stack, own]) => <DriftStack stack={stack} items={own} may={mayWith(stack)} />}
      </VirtualRows>
      {cut && <p className="quiet">There is more drift than is shown here.</p>}
    </>
  );
}
