import { useNavigate } from '@tanstack/react-router';
import type { Repository } from '@trueup/api';
import { type ReactNode, useState } from 'react';

import { FollowForm } from '../features/repositories/follow-form.tsx';
import { useRepositories } from '../features/repositories/queries.ts';
import { RepositoryList } from '../features/repositories/repository-list.tsx';
import { isAdministrator } from '../features/session/is-administrator.ts';
import { useActor } from '../features/session/queries.ts';
import { Button } from '../ui/button.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';

/** What is followed; administrators make and follow more. */
export function RepositoriesPage(): ReactNode {
  const repositories = useRepositories();
  const mayAdd = isAdministrator(useActor().data);
  const [adding, setAdding] = useState(false);
  const navigate = useNavigate();
  const none = repositories.data?.length === 0;
  const done = ({ name, forge }: Repository): void => {
    const params = { repository: name };
    void navigate(
      forge?.kind === 'hosted' ? { to: '/repositories/$repository/files', params } : { to: '/' },
    );
  };
  return (
    <Page
      title="Repositories"
      heading="Repositories"
      facts={<span>Whose branches are followed, and brought to their targets.</span>}
      actions={
        mayAdd &&
        !none && (
          <Button tone={adding ? 'plain' : 'strong'} onClick={() => setAdding(!adding)}>
            {adding ? 'Never mind' : 'New repository'}
          </Button>
        )
      }
    >
      {repositories.isPending && <Loading what="repositories" />}
      {repositories.isError && (
        <Failed
          error={repositories.error}
          what="Repositories"
          again={() => void repositories.refetch()}
        />
      )}
      <div className="stack-of-parts">
        {none && (
          <Empty title={mayAdd ? 'Begin with a repository' : 'No repository is yours to see'}>
            {mayAdd
              ? 'It holds what you run, and a trueup.yaml that says where each part of it goes.'
              : 'An administrator follows repositories, and says who sees them.'}
          </Empty>
        )}
        {mayAdd && (adding || none) && <FollowForm onDone={done} />}
        {repositories.data && !none && <RepositoryList repositories={repositories.data} />}
      </div>
    </Page>
  );
}
