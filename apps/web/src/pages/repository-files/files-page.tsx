import './files-page.css';

import { getRouteApi, Link } from '@tanstack/react-router';
import type { PathView } from '@trueup/api';
import type { ReactNode } from 'react';

import { useRepository } from '../../features/repositories/queries.ts';
import { EmptyRepository } from '../../features/repository-files/empty-repository.tsx';
import { FileContent } from '../../features/repository-files/file-content.tsx';
import type { FilePlace } from '../../features/repository-files/file-place.ts';
import { FolderList } from '../../features/repository-files/folder-list.tsx';
import { PlaceBar } from '../../features/repository-files/place-bar.tsx';
import { useBranches, usePath } from '../../features/repository-files/queries.ts';
import { RevisionMark } from '../../marks/revision-mark.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { Page } from '../../ui/page.tsx';
import { Failed, Loading } from '../../ui/states.tsx';

const route = getRouteApi('/repositories/$repository/files');

/** What lies in a repository of the built-in forge, at a branch or a commit. */
export function FilesPage(): ReactNode {
  const { repository } = route.useParams();
  const place = route.useSearch();
  const branches = useBranches(repository);
  const isEmpty = branches.data?.length === 0;
  const view = usePath(repository, place, !isEmpty);
  const mayWrite = useRepository(repository)?.may.includes('plan') ?? false;
  const { path = '' } = place;
  const params = { repository };
  return (
    <Page
      title={path === '' ? `Files of ${repository}` : path}
      above={
        <Link to="/repositories/$repository/merge-requests" params={params}>
          <ForeignText>{repository}</ForeignText>
        </Link>
      }
      heading="Files"
      facts={
        view.data && (
          <>
            <span>
              at <RevisionMark revision={view.data.commit} />
            </span>
            <Link to="/repositories/$repository/history" params={params} search={place}>
              History
            </Link>
          </>
        )
      }
      actions={view.data && mayWrite && <FileActions repository={repository} view={view.data} />}
    >
      {isEmpty ? (
        <EmptyRepository
          repository={repository}
          mayWrite={mayWrite}
          onBegun={() => void branches.refetch()}
        />
      ) : (
        <Lying repository={repository} place={place} view={view} />
      )}
    </Page>
  );
}

interface LyingProps {
  readonly repository: string;
  readonly place: FilePlace;
  readonly view: ReturnType<typeof usePath>;
}

function Lying({ repository, place, view }: LyingProps): ReactNode {
  const navigate = route.useNavigate();
  return (
    <>
      <PlaceBar
        repository={repository}
        place={place}
        revision={view.data?.branch ?? place.revision ?? ''}
        onRevision={(revision) => void navigate({ search: { ...place, revision } })}
      />
      {view.isPending && <Loading what="the files" />}
      {view.isError && <Failed error={view.error} what="Files" again={() => void view.refetch()} />}
      {view.data &&
        (view.data.content.kind === 'folder' ? (
          <FolderList repository={repository} place={place} content={view.data.content} />
        ) : (
          <FileContent content={view.data.content} />
        ))}
    </>
  );
}

interface FileActionsProps {
  readonly repository: string;
  readonly view: PathView;
}

/** What can be changed is a branch: commits stay as they are. */
function FileActions({ repository, view }: FileActionsProps): ReactNode {
  const { branch, path, content } = view;
  if (branch === undefined) return null;
  const params = { repository };
  const place = { revision: branch, ...(path !== '' && { path }) };
  const edit = '/repositories/$repository/edit';
  if (content.kind === 'folder') {
    return (
      <Link to={edit} params={params} search={{ ...place, kind: 'new' }} className="button">
        New file
      </Link>
    );
  }
  return (
    <>
      {content.kind === 'text' && (
        <Link
          to={edit}
          params={params}
          search={{ ...place, kind: 'edit' }}
          className="button button-strong"
        >
          Edit
        </Link>
      )}
      <Link to={edit} params={params} search={{ ...place, kind: 'remove' }} className="button">
        Remove
      </Link>
    </>
  );
}
