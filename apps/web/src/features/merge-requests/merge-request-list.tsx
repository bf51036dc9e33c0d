import './change-set-row.css';

import { Link } from '@tanstack/react-router';
import type { MergeRequest } from '@trueup/api';
import type { ReactNode } from 'react';

import { Age } from '../../ui/age.tsx';
import { Button } from '../../ui/button.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { Tag } from '../../ui/tag.tsx';
import { VirtualRows } from '../../ui/virtual-rows.tsx';
import { type ListedState, useMergeRequests } from './queries.ts';

export interface MergeRequestListProps {
  readonly repository: string;
  readonly state: ListedState;
}

/** Those of the built-in forge. */
export function MergeRequestList({ repository, state }: MergeRequestListProps): ReactNode {
  const list = useMergeRequests(repository, state);
  if (list.isPending) return <Loading what="merge requests" />;
  if (list.isError) {
    return <Failed error={list.error} what="Merge requests" again={() => void list.refetch()} />;
  }
  const items = list.data.pages.flatMap((page) => page.items);
  if (items.length === 0 && !list.hasNextPage) return <Empty title={`None is ${state}`} />;
  return (
    <>
      <div className="panel">
        <VirtualRows
          items={items}
          keyOf={({ number }) => String(number)}
          estimatePx={() => 58}
          label={`Merge requests that are ${state}`}
        >
          {(one) => <Row request={one} repository={repository} />}
        </VirtualRows>
      </div>
      {list.hasNextPage && (
        <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Show older ones
        </Button>
      )}
    </>
  );
}

interface RowProps {
  readonly request: MergeRequest;
  readonly repository: string;
}

function Row({ request, repository }: RowProps): ReactNode {
  const { number, title, author, draft, labels, source, updatedAt } = request;
  return (
    <div className="set-row">
      <span className="quiet mono">!{number}</span>
      <div className="set-row-words">
        <Link
          to="/repositories/$repository/merge-requests/$number"
          params={{ repository, number: String(number) }}
          className="set-row-title"
        >
          <ForeignText>{title}</ForeignText>
        </Link>
        <span className="small quiet row">
          <ForeignText>{author.login}</ForeignText>
          {draft && <Tag>draft</Tag>}
          {labels.map((label) => (
            <Tag key={label}>
              <ForeignText>{label}</ForeignText>
            </Tag>
          ))}
        </span>
      </div>
      <span />
      <code className="small quiet cut">
        <ForeignText>{source.branch}</ForeignText>
      </code>
      <span className="quiet small">
        <Age at={updatedAt} />
      </span>
    </div>
  );
}
