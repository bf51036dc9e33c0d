import './sign-in-form.css';

import { type ReactNode, type SubmitEvent, useState } from 'react';

import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ProblemText } from '../../ui/states.tsx';
import { useCreateToken } from './queries.ts';

export interface NewTokenProps {
  readonly member: string;
  /** What the token is for, by which it is found when it is revoked. */
  readonly label: string;
}

/**
 * Makes a token, and shows it this once: it is kept nowhere, and gone with the page. A session alone makes nothing
 * that outlives it, so that a token of whoever asks goes along.
 */
export function NewToken({ member, label }: NewTokenProps): ReactNode {
  const create = useCreateToken(member);
  const [asking, setAsking] = useState(false);
  const [proof, setProof] = useState('');
  if (create.data) return <Shown token={create.data.token} />;
  if (!asking) return <Button onClick={() => setAsking(true)}>Make a token</Button>;
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    create.mutate({ label, proof: proof.trim() }, { onSettled: () => setProof('') });
  };
  return (
    <form onSubmit={send} className="new-token-form">
      <label>
        A token of yours, as proof that it is you
        <input
          type="password"
          autoComplete="current-password"
          value={proof}
          required
          onChange={(event) => setProof(event.target.value)}
        />
      </label>
      <div className="row">
        <Button type="submit" busy={create.isPending} disabled={proof.trim() === ''}>
          Make it
        </Button>
        <Button tone="bare" onClick={() => setAsking(false)}>
          Not now
        </Button>
      </div>
      {create.error && (
        <div role="alert">
          <ProblemText error={create.error} />
        </div>
      )}
    </form>
  );
}

function Shown({ token }: { readonly token: string }): ReactNode {
  return (
    <span className="row" role="status">
      <code className="new-token">{token}</code>
      <CopyButton text={token} what="the token" />
      <span className="small quiet">It is shown this once.</span>
    </span>
  );
}
