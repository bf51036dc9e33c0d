import './follow-form.css';

import type { Repository } from '@trueup/api';
import { type ReactNode, type SubmitEvent, useState } from 'react';

import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import { ProblemText } from '../../ui/states.tsx';
import { composeRepository, type RepositoryDraft } from './compose-repository.ts';
import { useFollow } from './queries.ts';

const places = [
  { value: 'here', words: 'Make one here' },
  { value: 'elsewhere', words: 'Follow one elsewhere' },
] as const;

const nothing: RepositoryDraft = { place: 'here', name: '', url: '', branch: '', credential: '' };

/** A repository of the built-in forge, or a branch of one that another host has. */
export function FollowForm(props: {
  readonly onDone: (repository: Repository) => void;
}): ReactNode {
  const [draft, setDraft] = useState(nothing);
  const follow = useFollow();
  const composed = composeRepository(draft);
  const write = (part: Partial<RepositoryDraft>): void => setDraft({ ...draft, ...part });
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    if (composed.kind === 'ready') follow.mutate(composed.repository, { onSuccess: props.onDone });
  };
  return (
    <form onSubmit={send} className="panel panel-body stack-of-parts" aria-label="New repository">
      <Choice
        label="Where it lies"
        value={draft.place}
        options={places}
        onChange={(place) => write({ place })}
      />
      <Field
        label="Name"
        value={draft.name}
        placeholder="shop"
        onChange={(name) => write({ name })}
      />
      {draft.place === 'elsewhere' && <Elsewhere draft={draft} onChange={write} />}
      {follow.error && (
        <div role="alert">
          <ProblemText error={follow.error} />
        </div>
      )}
      <div className="row">
        <Button
          type="submit"
          tone="strong"
          busy={follow.isPending}
          disabled={composed.kind !== 'ready'}
        >
          {draft.place === 'here' ? 'Make it' : 'Follow it'}
        </Button>
        <span className="small quiet">
          {composed.kind === 'ready' ? composed.means : composed.problem}
        </span>
      </div>
    </form>
  );
}

interface ElsewhereProps {
  readonly draft: RepositoryDraft;
  readonly onChange: (part: Partial<RepositoryDraft>) => void;
}

function Elsewhere({ draft, onChange }: ElsewhereProps): ReactNode {
  return (
    <>
      <Field
        label="Address"
        value={draft.url}
        placeholder="https://git.example.com/team/shop.git"
        onChange={(url) => onChange({ url })}
      />
      <Field
        label="Branch"
        value={draft.branch}
        placeholder="main"
        onChange={(branch) => onChange({ branch })}
      />
      <Field
        label="Secret that it is fetched with, by its name"
        value={draft.credential}
        placeholder="none"
        onChange={(credential) => onChange({ credential })}
      />
    </>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  readonly onChange: (value: string) => void;
}

function Field({ label, value, placeholder, onChange }: FieldProps): ReactNode {
  return (
    <label className="follow-field">
      {label}
      <input
        className="mono"
        value={value}
        placeholder={placeholder}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}
