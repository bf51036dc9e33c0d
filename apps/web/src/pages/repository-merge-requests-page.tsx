import { getRouteApi, Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';

import { ChangeSetList } from '../features/merge-requests/change-set-list.tsx';
import { MergeRequestList } from '../features/merge-requests/merge-request-list.tsx';
import type { ListedState } from '../features/merge-requests/queries.ts';
import { useRepositories } from '../features/repositories/queries.ts';
import { Choice } from '../ui/choice.tsx';
import { ForeignText } from '../ui/foreign-text.tsx';
import { Page } from '../ui/page.tsx';
import { Failed, Loading } from '../ui/states.tsx';

const route = getRouteApi('/repositories/$repository/merge-requests');

const choices = [
  { value: 'open', words: 'Open' },
  { value: 'merged', words: 'Merged' },
  { value: 'closed', words: 'Closed' },
] as const;

export function RepositoryMergeRequestsPage(): ReactNode {
  const { repository } = route.useParams();
  const repositories = useRepositories();
  const [state, setState] = useState<ListedState>('open');
  const found = repositories.data?.find(({ name }) => name === repository);
  const isHosted = found?.forge?.kind === 'hosted';
  return (
    <Page
      title={`Merge requests of ${repository}`}
      above={<Link to="/merge-requests">Merge requests</Link>}
      heading={<ForeignText>{repository}</ForeignText>}
      facts={
        isHosted && (
          <Link to="/repositories/$repository/files" params={{ repository }}>
            Files
          </Link>
        )
      }
      actions={
        isHosted && <Choice label="Show" value={state} options={choices} onChange={setState} />
      }
    >
      {repositories.isPending && <Loading what="the repository" />}
      {repositories.isError && <Failed error={repositories.error} what="Repository" />}
      {repositories.data &&
        (isHosted ? (
          <MergeRequestList repository={repository} state={state} />
        ) : (
          <ChangeSetList repository={repository} />
        ))}
    </Page>
  );
}
