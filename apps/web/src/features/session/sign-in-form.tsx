import './sign-in-form.css';

import { ApiError } from '@trueup/api';
import { type ReactNode, type SubmitEvent, useState } from 'react';

import { Button } from '../../ui/button.tsx';
import { ProblemText } from '../../ui/states.tsx';
import { useSignIn } from './queries.ts';

/** `problem` says why nobody is signed in: that nobody was is no problem. */
export function SignInForm({ problem }: { readonly problem: Error | null }): ReactNode {
  const [token, setToken] = useState('');
  const signIn = useSignIn();
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    signIn.mutate(token.trim());
  };
  const shown = signIn.error ?? (isUnauthenticated(problem) ? null : problem);
  return (
    <main className="sign-in">
      <img src="/icon.svg" alt="" width="40" height="40" />
      <h1>Sign in to Trueup</h1>
      <p className="soft">
        With a token of yours. <code>trueup token create</code> makes one, and an administrator can
        make your first.
      </p>
      <form onSubmit={send} className="sign-in-form">
        <label htmlFor="token">Token</label>
        <input
          id="token"
          type="password"
          autoComplete="current-password"
          value={token}
          required
          onChange={(event) => setToken(event.target.value)}
        />
        <Button type="submit" tone="strong" busy={signIn.isPending} disabled={token.trim() === ''}>
          Sign in
        </Button>
      </form>
      {shown && (
        <div role="alert" className="sign-in-problem">
          <ProblemText error={shown} />
        </div>
      )}
    </main>
  );
}

function isUnauthenticated(problem: Error | null): boolean {
  return problem === null || (problem instanceof ApiError && problem.status === 401);
}
