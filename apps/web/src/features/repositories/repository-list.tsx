import './repository-list.css';

import { Link } from '@tanstack/react-router';
import type { RepositoryView } from '@trueup/api';
import type { ReactNode } from 'react';

import { RevisionMark } from '../../marks/revision-mark.tsx';
import { Age } from '../../ui/age.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { VirtualRows } from '../../ui/virtual-rows.tsx';

/** What is followed, and how it is with that. */
export function RepositoryList(props: {
  readonly repositories: readonly RepositoryView[];
}): ReactNode {
  return (
    <div className="panel">
      <VirtualRows
        items={props.repositories}
        keyOf={({ id }) => id}
        estimatePx={() => 58}
        label="Repositories"
      >
        {(repository) => <RepositoryRow repository={repository} />}
      </VirtualRows>
    </div>
  );
}

function RepositoryRow({ repository }: { readonly repository: RepositoryView }): ReactNode {
  const { name, branch, forge, url, head, fetchedAt, diagnostics } = repository;
  const params = { repository: name };
  const isHosted = forge?.kind === 'hosted';
  const mistakes = diagnostics.filter(({ severity }) => severity === 'error').length;
  return (
    <div className="repository-row">
      <div className="repository-row-words">
        <Link
          to={
            isHosted
              ? '/repositories/$repository/files'
              : '/repositories/$repository/merge-requests'
          }
          params={params}
          className="repository-row-name"
        >
          <ForeignText>{name}</ForeignText>
        </Link>
        <span className="quiet small cut">
          <ForeignText>{isHosted ? `built-in forge, ${forge.path}` : url}</ForeignText>
        </span>
      </div>
      <span className="mono small cut">
        <ForeignText>{branch}</ForeignText>
      </span>
      <span className="small">
        {head === undefined ? (
          <span className="quiet">nothing there yet</span>
        ) : (
          <>
            <RevisionMark revision={head} />
            {fetchedAt !== undefined && (
              <span className="quiet">
                {' '}
                · looked at <Age at={fetchedAt} />
              </span>
            )}
          </>
        )}
        {mistakes > 0 && head !== undefined && (
          <Link to="/" className="repository-row-mistakes">
            {mistakes === 1 ? '1 mistake' : `${mistakes} mistakes`}
          </Link>
        )}
      </span>
      <Link to="/repositories/$repository/merge-requests" params={params} className="small">
        Merge requests
      </Link>
    </div>
  );
}
