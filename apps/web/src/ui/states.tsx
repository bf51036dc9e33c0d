import './states.css';

import { ApiError, UnreachableError } from '@trueup/api';
import type { ReactNode } from 'react';

import { Button } from './button.tsx';
import { ForeignText } from './foreign-text.tsx';

/** Says that something is on its way, without moving what stands around it. */
export function Loading({ what }: { readonly what: string }): ReactNode {
  return (
    <p className="state" role="status">
      <span className="state-pulse" aria-hidden="true" /> Loading {what}
    </p>
  );
}

export function Empty(props: { readonly title: string; readonly children?: ReactNode }): ReactNode {
  return (
    <div className="state state-empty">
      <p className="state-title">{props.title}</p>
      {props.children && <div className="soft">{props.children}</div>}
    </div>
  );
}

export interface FailedProps {
  readonly error: Error;
  readonly what: string;
  readonly again?: () => void;
}

/** What the server said of a refusal, word for word; its code is for those who look it up. */
export function Failed({ error, what, again }: FailedProps): ReactNode {
  return (
    <div className="state state-failed" role="alert">
      <p className="state-title">{titleOf(error, what)}</p>
      <ProblemText error={error} />
      {again && !isRefusal(error) && (
        <p>
          <Button onClick={again}>Try again</Button>
        </p>
      )}
    </div>
  );
}

/** Detail, findings, code and request of an error. */
export function ProblemText({ error }: { readonly error: Error }): ReactNode {
  const problem = error instanceof ApiError ? error.problem : undefined;
  return (
    <div className="problem">
      <p>
        <ForeignText>{error.message}</ForeignText>
      </p>
      {problem?.findings?.map(({ place, message }) => (
        <p key={`${place} ${message}`}>
          <code>{place}</code>: <ForeignText>{message}</ForeignText>
        </p>
      ))}
      {problem && (
        <p className="quiet small">
          <code>{problem.code}</code>
          {problem.request !== '' && (
            <>
              {' '}
              · request <code>{problem.request}</code>
            </>
          )}
        </p>
      )}
    </div>
  );
}

function isRefusal(error: Error): boolean {
  return error instanceof ApiError && (error.status === 403 || error.status === 404);
}

function titleOf(error: Error, what: string): string {
  if (error instanceof UnreachableError) return `${what}: the server does not answer right now`;
  if (!(error instanceof ApiError)) return `${what}: could not be shown`;
  if (error.status === 401) return `${what}: nobody is signed in`;
  if (error.status === 403) return `${what}: you may not see this`;
  if (error.status === 404) return `${what}: not found, or not yours to see`;
  return `${what}: could not be read`;
}
