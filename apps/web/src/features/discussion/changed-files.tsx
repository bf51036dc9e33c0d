import './changed-files.css';

import type { Comment, FileDiff } from '@trueup/api';
import { type ReactNode, useMemo, useState } from 'react';

import { ForeignText } from '../../ui/foreign-text.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { VirtualRows } from '../../ui/virtual-rows.tsx';
import { countLines, parsePatch } from './parse-patch.ts';
import { PatchView } from './patch-view.tsx';
import { type DiscussionPlace, useComments, useDiff } from './queries.ts';

export interface ChangedFilesProps {
  readonly place: DiscussionPlace;
  /** Whose files they are. */
  readonly head: string;
  readonly reader: string;
}

/** What the merge request changes in Git, file by file. */
export function ChangedFiles({ place, head, reader }: ChangedFilesProps): ReactNode {
  const diff = useDiff(place, head);
  const comments = useComments(place);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  if (diff.isPending) return <Loading what="the files" />;
  if (diff.isError) {
    return <Failed error={diff.error} what="Files" again={() => void diff.refetch()} />;
  }
  const { items, cut } = diff.data;
  if (items.length === 0) return <Empty title="No file differs" />;
  const opensByItself = items.length <= fewFiles;
  return (
    <>
      <VirtualRows
        items={items}
        keyOf={({ path }) => path}
        estimatePx={() => (opensByItself ? 200 : 44)}
        label="Files"
      >
        {(file) => (
          <File
            file={file}
            place={place}
            head={head}
            reader={reader}
            comments={comments.data?.items ?? []}
            isOpen={opensByItself !== toggled.has(file.path)}
            onToggle={() => setToggled(toggled.symmetricDifference(new Set([file.path])))}
          />
        )}
      </VirtualRows>
      {cut && <p className="phase-waits">There are more files than are shown here.</p>}
    </>
  );
}

const fewFiles = 30;

interface FileProps extends ChangedFilesProps {
  readonly file: FileDiff;
  readonly comments: readonly Comment[];
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function File({ file, isOpen, onToggle, comments, ...rest }: FileProps): ReactNode {
  const { path, kind, patch } = file;
  const lines = useMemo(() => parsePatch(patch ?? ''), [patch]);
  const { added, removed } = countLines(lines);
  const threads = comments.filter(
    (comment) => comment.place?.path === path && comment.thread === undefined,
  );
  return (
    <article className="file">
      <button type="button" className="file-head" aria-expanded={isOpen} onClick={onToggle}>
        <span className="file-path mono">
          <ForeignText>{path}</ForeignText>
        </span>
        <span className="small quiet">{kind === 'changed' ? '' : kind}</span>
        <span className="small">
          <span className="action-create">+{added}</span>{' '}
          <span className="action-delete">−{removed}</span>
        </span>
      </button>
      {isOpen && patch === undefined && <p className="file-note">Too long to be shown here.</p>}
      {isOpen && patch === '' && <p className="file-note">No text.</p>}
      {isOpen && lines.length > 0 && (
        <PatchView {...rest} path={path} lines={lines} comments={comments} threads={threads} />
      )}
    </article>
  );
}
