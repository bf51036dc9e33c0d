import { Link } from '@tanstack/react-router';
import type { FieldExplanation, StackName } from '@trueup/api';
import { formatFieldPath, type Json } from '@trueup/diagnostics';
import { type ReactNode, type SubmitEvent, useState } from 'react';

import { formatValue } from '../../changes/format-value.ts';
import { RevisionMark } from '../../marks/revision-mark.tsx';
import { Age } from '../../ui/age.tsx';
import { Button } from '../../ui/button.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { useExplanation } from './queries.ts';

export interface ExplanationProps {
  readonly params: StackName;
  readonly resource: string;
}

/** Why the fields of a resource are as they are: those that differ, or the one that is asked for. */
export function Explanation({ params, resource }: ExplanationProps): ReactNode {
  const [path, setPath] = useState('');
  const [typed, setTyped] = useState('');
  const fields = useExplanation(params, { resource, path });
  const ask = (event: SubmitEvent): void => {
    event.preventDefault();
    setPath(typed.trim());
  };
  return (
    <section className="explanation" aria-label="Why it is so">
      <form className="explanation-ask" onSubmit={ask}>
        <input
          aria-label="Field"
          placeholder="spec.replicas; every field that differs if empty"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button type="submit">Why?</Button>
      </form>
      {fields.isPending && <Loading what="what Git and the target say" />}
      {fields.isError && <Failed error={fields.error} what="Explanation" />}
      {fields.data?.length === 0 && (
        <p className="soft small">
          {path === ''
            ? 'No field differs from Git.'
            : 'Neither Git nor the target has that field.'}
        </p>
      )}
      {fields.data?.slice(0, mostFields).map((field) => (
        <Explained key={formatFieldPath(field.path)} field={field} params={params} />
      ))}
    </section>
  );
}

const mostFields = 200;

interface ExplainedProps {
  readonly field: FieldExplanation;
  readonly params: StackName;
}

function Explained({ field, params }: ExplainedProps): ReactNode {
  const { path, desired, observed, sensitive } = field;
  return (
    <div className="explained">
      <code>
        <ForeignText>{path.length === 0 ? 'all of it' : formatFieldPath(path)}</ForeignText>
      </code>
      <div className="explained-sides">
        <span>
          <span className="quiet">Git </span>
          <Side value={desired} sensitive={sensitive} />
        </span>
        <span>
          <span className="quiet">target </span>
          <Side value={observed} sensitive={sensitive} />
        </span>
      </div>
      <Sources field={field} params={params} />
    </div>
  );
}

function Side(props: { readonly value: Json | undefined; readonly sensitive: boolean }): ReactNode {
  if (props.sensitive) return <span className="field-secret">secret</span>;
  if (props.value === undefined) return <span className="quiet">not set</span>;
  const text = formatValue(props.value);
  return <ForeignText>{text.length > 2000 ? `${text.slice(0, 2000)}…` : text}</ForeignText>;
}

function Sources({ field, params }: ExplainedProps): ReactNode {
  const { origin, writer, appliedBy } = field;
  return (
    <ul className="small soft">
      {origin && (
        <li>
          set by{' '}
          <code>
            <ForeignText>{`${origin.file}:${origin.line}`}</ForeignText>
          </code>{' '}
          in <RevisionMark revision={origin.revision} />
          {origin.author !== undefined && (
            <>
              {' '}
              of <ForeignText>{origin.author}</ForeignText>
            </>
          )}
          {origin.committedAt !== undefined && (
            <>
              , <Age at={origin.committedAt} />
            </>
          )}
          {origin.summary !== undefined && (
            <>
              : <ForeignText>{origin.summary}</ForeignText>
            </>
          )}
        </li>
      )}
      {writer && (
        <li>
          observed value written by <ForeignText>{writer.name}</ForeignText>
          {writer.writtenAt !== undefined && (
            <>
              {' '}
              <Age at={writer.writtenAt} />
            </>
          )}
        </li>
      )}
      {appliedBy && (
        <li>
          applied by{' '}
          <Link
            to="/repositories/$repository/runs/$run"
            params={{ repository: params.repository, run: appliedBy.run }}
          >
            run
          </Link>{' '}
          at <RevisionMark revision={appliedBy.revision} />, <Age at={appliedBy.at} />
        </li>
      )}
    </ul>
  );
}
