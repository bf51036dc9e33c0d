import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

import { ChangeSetList } from '../features/merge-requests/change-set-list.tsx';
import { useRepositories } from '../features/repositories/queries.ts';
import { ForeignText } from '../ui/foreign-text.tsx';
import { Page } from '../ui/page.tsx';

export function MergeRequestsPage(): ReactNode {
  const repositories = useRepositories();
  return (
    <Page
      title="Merge requests"
      heading="Merge requests"
      facts={
        <>
          <span>What waits to be merged, in all repositories.</span>
          {repositories.data?.map(({ id, name }) => (
            <Link
              key={id}
              to="/repositories/$repository/merge-requests"
              params={{ repository: name }}
            >
              <ForeignText>{name}</ForeignText>
            </Link>
          ))}
        </>
      }
    >
      <ChangeSetList />
    </Page>
  );
}
