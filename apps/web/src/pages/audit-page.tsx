import type { AuditEntry } from '@trueup/api';
import { type ReactNode, useEffect, useMemo, useState } from 'react';

import { AuditRow } from '../features/audit/audit-row.tsx';
import { useAudit } from '../features/audit/queries.ts';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { VirtualRows } from '../ui/virtual-rows.tsx';

/** The newest line on top, of all that was read: the chain itself begins with its oldest. */
export function AuditPage(): ReactNode {
  const audit = useAudit();
  const { hasNextPage, isFetchingNextPage, isError, fetchNextPage, data } = audit;
  const [text, setText] = useState('');
  const read = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  useEffect(() => {
    const isFull = read.length >= mostLines;
    if (hasNextPage && !isFetchingNextPage && !isError && !isFull) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isError, fetchNextPage, read]);
  const found = useMemo(() => findEntries(read, text), [read, text]);
  return (
    <Page
      title="Audit"
      heading="Audit"
      facts={<span>Every line covers the one before it: what was changed afterwards shows.</span>}
      actions={
        <input
          type="search"
          aria-label="Find lines"
          placeholder="Actor, event or subject"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      }
    >
      {audit.isPending && <Loading what="the audit chain" />}
      {audit.isError && <Failed error={audit.error} what="Audit" />}
      {data && found.length === 0 && <Empty title="No line is like that" />}
      {found.length > 0 && (
        <div className="panel">
          <VirtualRows
            items={found}
            keyOf={({ sequence }) => String(sequence)}
            estimatePx={() => 54}
            label="Audit chain, the newest line first"
          >
            {(entry) => <AuditRow entry={entry} />}
          </VirtualRows>
        </div>
      )}
      {hasNextPage && (
        <p className="quiet small">
          {read.length.toLocaleString('en')} lines are read. <code>trueup audit</code> reads all.
        </p>
      )}
    </Page>
  );
}

const mostLines = 20_000;

function findEntries(entries: readonly AuditEntry[], text: string): readonly AuditEntry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return entries
    .filter(({ actor, event, subject }) => {
      const line = `${actor} ${event} ${subject}`.toLowerCase();
      return words.every((word) => line.includes(word));
    })
    .toReversed();
}
