import './files-page.css';

import { getRouteApi, Link } from '@tanstack/react-router';
import type { PathView } from '@trueup/api';
import type { ReactNode } from 'react';
import { ProposeForm } from '../../features/repository-files/propose-form.tsx';
import { usePath } from '../../features/repository-files/queries.ts';
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
          By a merge request to <code>{place.revision ?? 'the default branch'}</code>
        </span>
      }
    >
      {view.isPending && <Loading what="the file" />}
      {view.isError && <Failed error={view.error} what="File" again={() => void view.refetch()} />}
      {view.data && (
        <Form key={`${kind} ${path}`} repository={repository} view={view.data} kind={kind} />
      )}
    </Page>
  );
}

interface FormProps {
  readonly repository: string;
  readonly view: PathView;
  readonly kind: EditKind;
}

function Form({ repository, view, kind }: FormProps): ReactNode {
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
  const done = (number: number): void => {
    const params = { repository, number: `${number}` };
    void navigate({ to: '/repositories/$repository/merge-requests/$number', params });
  };
  return (
    <ProposeForm
      repository={repository}
      base={{ commit, text: content.kind === 'text' ? content.text : '' }}
      target={branch}
      kind={kind}
      path={isFolder && path !== '' ? `${path}/` : path}
      onDone={done}
    />
  );
}
