import './sign-in-form.css';

import { type ReactNode, type SubmitEvent, useState } from 'react';

import { Button } from '../../ui/button.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { ProblemText } from '../../ui/states.tsx';
import { useSignIn } from './queries.ts';

/** `over`: whose session has ended while they looked at a page, which they come back to. */
export function SignInForm({ over }: { readonly over?: string }): ReactNode {
  const [token, setToken] = useState('');
  const signIn = useSignIn();
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    signIn.mutate(token.trim());
  };
  return (
    <main className="sign-in">
      <img src="/icon.svg" alt="" width="40" height="40" />
      <h1>{over === undefined ? 'Sign in to Trueup' : 'Your session is over'}</h1>
      {over !== undefined && (
        <p role="alert">
          Sign in again as <ForeignText>{over}</ForeignText> to go on where you were; what you were
          writing is still there.
        </p>
      )}
      <p className="soft">
        With a token of yours: <code>trueup token create --label browser</code> makes one, and an
        administrator makes your first. On a new server, open the link that{' '}
        <code>trueup serve</code> has printed.
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
      {signIn.error && (
        <div role="alert" className="sign-in-problem">
          <ProblemText error={signIn.error} />
        </div>
      )}
    </main>
  );
}
