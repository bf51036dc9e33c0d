import type { ReactNode } from 'react';
import { NewToken } from '../features/session/new-token.tsx';
import { useActor } from '../features/session/queries.ts';
import { SignIns } from '../features/session/sign-ins.tsx';
import { Page } from '../ui/page.tsx';

/** Where one is signed in, for those who left a browser somewhere. */
export function SignInsPage(): ReactNode {
  const { data } = useActor();
  return (
    <Page title="Sign-ins" heading="Where you are signed in">
      {data?.kind === 'member' && (
        <div className="stack-of-parts">
          <SignIns member={data.name} />
          <section className="panel panel-body stack-of-parts" aria-label="Tokens">
            <h2>For git, the command line and other browsers</h2>
            <p className="soft">
              A token is you. Git takes it as the password, <code>trueup login</code> and the page
              of signing in as it is; <code>trueup token</code> lists and revokes them.
            </p>
            <NewToken member={data.name} label="made in a browser" />
          </section>
        </div>
      )}
    </Page>
  );
}
