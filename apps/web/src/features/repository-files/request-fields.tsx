import type { ReactNode } from 'react';

import type { Proposal } from './queries.ts';

/** What somebody wrote about a merge request; empty for what is suggested. */
export interface RequestDraft {
  readonly title: string;
  readonly description: string;
  readonly branch: string;
}

export interface RequestFieldsProps {
  readonly draft: RequestDraft;
  readonly suggested: Pick<Proposal, 'title' | 'branch' | 'way'>;
  readonly onChange: (draft: RequestDraft) => void;
  readonly children: ReactNode;
}

export function RequestFields(props: RequestFieldsProps): ReactNode {
  const { draft, suggested, onChange, children } = props;
  const isStraight = suggested.way === 'straight';
  const name = isStraight ? 'Commit' : 'Merge request';
  return (
    <section aria-label={name} className="panel panel-body stack-of-parts">
      <h2>{name}</h2>
      <label>
        Title
        <input
          className="files-wide"
          value={draft.title}
          maxLength={500}
          placeholder={suggested.title}
          onChange={(event) => onChange({ ...draft, title: event.target.value })}
        />
      </label>
      <label>
        Description
        <textarea
          className="files-wide"
          value={draft.description}
          maxLength={9000}
          onChange={(event) => onChange({ ...draft, description: event.target.value })}
        />
      </label>
      {!isStraight && (
        <label>
          Branch
          <input
            className="mono files-wide"
            value={draft.branch}
            maxLength={200}
            spellCheck={false}
            placeholder={suggested.branch}
            onChange={(event) => onChange({ ...draft, branch: event.target.value })}
          />
        </label>
      )}
      {children}
    </section>
  );
}
