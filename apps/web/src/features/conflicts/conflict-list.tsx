import './conflict-list.css';

import type { Conflicts } from '@trueup/api';
import type { ReactNode } from 'react';

import { ForeignText } from '../../ui/foreign-text.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { type ConflictPlace, useConflicts } from './queries.ts';

type ConflictFile = Conflicts['files'][number];
type ConflictHunk = NonNullable<ConflictFile['hunks']>[number];

/** Where the two branches do not go together, with both sides. */
export function ConflictList(props: {
  readonly place: ConflictPlace;
  /** Changes whenever one of the branches does. */
  readonly moment: string;
}): ReactNode {
  const conflicts = useConflicts(props.place, props.moment);
  if (conflicts.isPending) return <Loading what="the conflicts" />;
  if (conflicts.isError) return <Failed error={conflicts.error} what="Conflicts" />;
  return conflicts.data.files.map((file) => (
    <article key={file.path} className="conflict">
      <h3 className="mono">
        <ForeignText>{file.path}</ForeignText>
      </h3>
      {file.hunks ? (
        file.hunks.map((hunk) => <Hunk key={hunk.line} hunk={hunk} />)
      ) : (
        <p className="soft">It is no text, or one of the two removed or renamed it.</p>
      )}
    </article>
  ));
}

function Hunk({ hunk }: { readonly hunk: ConflictHunk }): ReactNode {
  return (
    <div className="conflict-sides">
      <Side title={`Target branch, line ${hunk.line}`} text={hunk.target} />
      <Side title="This merge request" text={hunk.source} />
    </div>
  );
}

function Side({ title, text }: { readonly title: string; readonly text: string }): ReactNode {
  return (
    <div>
      <p className="small quiet">{title}</p>
      <pre>
        {text === '' ? <span className="quiet">nothing</span> : <ForeignText>{text}</ForeignText>}
      </pre>
    </div>
  );
}
