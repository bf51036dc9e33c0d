import { Link } from '@tanstack/react-router';
import type { HistoryEntry } from '@trueup/api';
import type { ReactNode } from 'react';

import { RevisionMark } from '../../marks/revision-mark.tsx';
import { Age } from '../../ui/age.tsx';
import { Button } from '../../ui/button.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import type { FilePlace } from './file-place.ts';
import { useHistory } from './queries.ts';

export interface HistoryListProps {
  readonly repository: string;
  readonly place: FilePlace;
}

export function HistoryList({ repository, place }: HistoryListProps): ReactNode {
  const history = useHistory(repository, place);
  if (history.isPending) return <Loading what="the history" />;
  if (history.isError) {
    return <Failed error={history.error} what="History" again={() => void history.refetch()} />;
  }
  const entries = history.data.pages.flatMap(({ items }) => items);
  if (entries.length === 0) return <Empty title="No commit has touched it" />;
  return (
    <>
      <ul className="panel rows">
        {entries.map((entry) => (
          <li key={entry.commit}>
            <Row repository={repository} place={place} entry={entry} />
          </li>
        ))}
      </ul>
      {history.hasNextPage && (
        <p className="panel-body">
          <Button busy={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
            Show older ones
          </Button>
        </p>
      )}
    </>
  );
}

function Row(props: HistoryListProps & { readonly entry: HistoryEntry }): ReactNode {
  const { repository, place, entry } = props;
  const { commit, author, at, summary } = entry;
  return (
    <div className="files-commit">
      <Link
        to="/repositories/$repository/files"
        params={{ repository }}
        search={{ ...place, revision: commit }}
        className="cut"
      >
        <ForeignText>{summary === '' ? 'Without a message' : summary}</ForeignText>
      </Link>
      <span className="small quiet" title={author.email}>
        <ForeignText>{author.login}</ForeignText>
      </span>
      <span className="small quiet">
        <Age at={at} />
      </span>
      <RevisionMark revision={commit} />
    </div>
  );
}
