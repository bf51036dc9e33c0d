import { Link } from '@tanstack/react-router';
import type { FolderEntry, PathContent } from '@trueup/api';
import type { ReactNode } from 'react';

import { ForeignText } from '../../ui/foreign-text.tsx';
import { Empty } from '../../ui/states.tsx';
import { VirtualRows } from '../../ui/virtual-rows.tsx';
import { type FilePlace, joinPath } from './file-place.ts';

export interface FolderListProps {
  readonly repository: string;
  readonly place: FilePlace;
  readonly content: Extract<PathContent, { readonly kind: 'folder' }>;
}

const words: Readonly<Record<FolderEntry['kind'], string>> = {
  folder: 'folder',
  file: 'file',
  program: 'program',
  link: 'link',
  submodule: 'submodule',
};

export function FolderList({ repository, place, content }: FolderListProps): ReactNode {
  const { path = '', ...at } = place;
  if (content.entries.length === 0) {
    return <Empty title="There is nothing here yet" />;
  }
  return (
    <div className="panel">
      <VirtualRows
        items={content.entries}
        keyOf={({ name }) => name}
        estimatePx={() => 37}
        label="Entries of the folder"
      >
        {({ name, kind }) => (
          <div className="files-entry">
            <span className={`files-kind files-kind-${kind}`} aria-hidden="true">
              {kind === 'folder' ? '▸' : ''}
            </span>
            <Link
              to="/repositories/$repository/files"
              params={{ repository }}
              search={{ ...at, path: joinPath(path, name) }}
            >
              <ForeignText>{name}</ForeignText>
            </Link>
            <span className="small quiet">{words[kind]}</span>
          </div>
        )}
      </VirtualRows>
      {content.more && (
        <p className="panel-body small quiet">
          There are more entries than a page shows: clone the repository to see all of them.
        </p>
      )}
    </div>
  );
}
