import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

import { ForeignText } from '../../ui/foreign-text.tsx';
import { showControls } from '../../ui/visible-text.ts';
import { type FilePlace, toCrumbs } from './file-place.ts';
import { useBranches } from './queries.ts';

export interface PlaceBarProps {
  readonly repository: string;
  readonly place: FilePlace;
  /** That is shown: the branch, or the commit where none was named. */
  readonly revision: string;
  readonly onRevision: (revision: string) => void;
}

/** Which branch, and where in it. */
export function PlaceBar({ repository, place, revision, onRevision }: PlaceBarProps): ReactNode {
  const branches = useBranches(repository);
  const names = branches.data?.map(({ name }) => name) ?? [];
  const options = names.includes(revision) || revision === '' ? names : [revision, ...names];
  const { path = '', ...at } = place;
  return (
    <div className="files-bar">
      <label className="files-branch">
        <span className="hidden-text">Branch</span>
        <select value={revision} onChange={(event) => onRevision(event.target.value)}>
          {options.map((name) => (
            <option key={name} value={name}>
              {showControls(names.includes(name) ? name : name.slice(0, 12))}
            </option>
          ))}
        </select>
      </label>
      <nav aria-label="Path" className="files-path">
        <Link to="/repositories/$repository/files" params={{ repository }} search={at}>
          <ForeignText>{repository}</ForeignText>
        </Link>
        {toCrumbs(path).map((crumb) => (
          <span key={crumb.path}>
            <span className="quiet"> / </span>
            <Link
              to="/repositories/$repository/files"
              params={{ repository }}
              search={{ ...at, path: crumb.path }}
            >
              <ForeignText>{crumb.name}</ForeignText>
            </Link>
          </span>
        ))}
      </nav>
    </div>
  );
}
