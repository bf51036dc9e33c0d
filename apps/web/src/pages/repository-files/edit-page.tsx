import './files-page.css';

import { getRouteApi, Link } from '@tanstack/react-router';
import type { Branch, PathView } from '@trueup/api';
import type { ReactNode } from 'react';

import { useRepository } from '../../features/repositories/queries.ts';
import {
  ProposeForm,
  type ProposeFormProps,
} from '../../features/repository-files/propose-form.tsx';
import { useBranches, usePath } from '../../features/repository-files/queries.ts';
import { RoleNeeded } from '../../marks/role-needed.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { findLineEnds } from '../../ui/line-ends.ts';
import { Page } from '../../ui/page.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import type { EditKind } from './edit-place.ts';

const route = getRouteApi('/repositories/$repository/edit');

const words = { edit: 'Edit', new: 'New file in', remove: 'Remove' } as const;

export function EditPage(): ReactNode {
  const { repository } = route.useParams();
  const { kind = 'edit', ...place } = route.useSearch();
  const view = usePath(repository, place);
  const branches = useBranches(repository);
  const mayWrite = useRepository(repository)?.may.includes('plan');
  const { path = '' } = place;
  const shown = path === '' ? repository : path;
  return (
    <Page
      title={`${words[kind]} ${shown}`}
      above={
        <Link to="/repositories/$repository/files" params={{ repository }} search={place}>
          <ForeignText>{repository}</ForeignText>
        </Link>
      }
      heading={
        <>
          {words[kind]} <ForeignText>{shown}</ForeignText>
        </>
      }
      facts={
        <span>
          For <code>{view.data?.branch ?? place.revision ?? 'the default branch'}</code>
        </span>
      }
    >
      {(view.isPending || branches.isPending) && <Loading what="the file" />}
      {view.isError && <Failed error={view.error} what="File" again={() => void view.refetch()} />}
      {mayWrite === false && <RoleNeeded what="Changing files" verb="plan" />}
      {view.data && !branches.isPending && mayWrite && (
        <Form
          key={`${kind} ${path}`}
          repository={repository}
          view={view.data}
          kind={kind}
          ways={waysTo(branches.data?.find(({ name }) => name === view.data.branch))}
        />
      )}
    </Page>
  );
}

interface FormProps {
  readonly repository: string;
  readonly view: PathView;
  readonly kind: EditKind;
  readonly ways: ProposeFormProps['ways'];
}

/** Onto the branch of a merge request one goes on; what is followed changes by merge requests, if it can. */
function waysTo(branch: Branch | undefined): FormProps['ways'] {
  if (!branch || branch.isProtected) return ['request'];
  return branch.isDefault ? ['request', 'straight'] : ['straight', 'request'];
}

function Form({ repository, view, kind, ways }: FormProps): ReactNode {
  const navigate = route.useNavigate();
  const { branch, content, commit, path } = view;
  if (branch === undefined) {
    return <Empty title="A commit does not change">Choose a branch, and edit its file.</Empty>;
  }
  const isFolder = content.kind === 'folder';
  if (isFolder !== (kind === 'new') || (kind === 'edit' && content.kind !== 'text')) {
    return <Empty title="There is nothing here that could be edited in a page" />;
  }
  if (kind === 'edit' && content.kind === 'text' && findLineEnds(content.text) === 'mixed') {
    return (
      <Empty title="Its line ends are mixed">
        A page would make them all alike. Change it in a clone.
      </Empty>
    );
  }
  const done = (number: number | undefined): void => {
    if (number === undefined) {
      const search = { revision: branch, ...(kind !== 'remove' && !isFolder && { path }) };
      void navigate({ to: '/repositories/$repository/files', params: { repository }, search });
      return;
    }
    const params = { repository, number: `${number}` };
    void navigate({ to: '/repositories/$repository/merge-requests/$number', params });
  };
  return (
    <ProposeForm
      repository={repository}
      base={{ commit, text: content.kind === 'text' ? content.text : '' }}
      target={branch}
      kind={kind}
      ways={ways}
      path={isFolder && path !== '' ? `${path}/` : path}
      onDone={done}
    />
  );
}
