import './shell.css';

import { Link, Navigate, Outlet, useLocation } from '@tanstack/react-router';
import type { Actor } from '@trueup/api';
import type { ReactNode } from 'react';

import { isAdministrator } from '../features/session/is-administrator.ts';
import { useActor } from '../features/session/queries.ts';
import { SignInForm } from '../features/session/sign-in-form.tsx';
import { SignedIn } from '../features/session/signed-in.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { ThemeSwitch } from '../ui/theme-switch.tsx';
import { isSignedOut } from './create-query-client.ts';
import { LiveMark, LiveNotice } from './live-mark.tsx';

/** The bar on top of every page, and the way in where nobody is signed in. */
export function Shell(): ReactNode {
  const actor = useActor();
  const { pathname } = useLocation();
  if (actor.isPending) return <Loading what="your session" />;
  // A server that is away for a moment signs nobody out.
  const member = actor.data?.kind === 'member' ? actor.data : undefined;
  const signedOut = isSignedOut(actor.error);
  if (!member) {
    return actor.error && !signedOut ? <Away actor={actor} /> : <SignInForm />;
  }
  if (pathname === '/sign-in') return <Navigate to="/" replace />;
  // What somebody was writing is still there when they are back: it is hidden, and stays what it is.
  return (
    <>
      {signedOut && <SignInForm over={member.name} />}
      <div hidden={signedOut}>
        <Bar member={member} />
        <LiveNotice />
        <Outlet />
      </div>
    </>
  );
}

function Bar({ member }: { readonly member: Extract<Actor, { readonly kind: 'member' }> }) {
  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="bar">
        <Link to="/" className="bar-mark" aria-label="Trueup, overview of stacks">
          <img src="/icon.svg" alt="" width="20" height="20" />
          <span>Trueup</span>
        </Link>
        <nav className="bar-nav" aria-label="Main">
          <Link to="/" activeOptions={{ exact: true }}>
            Stacks
          </Link>
          <Link to="/repositories" activeOptions={{ exact: true }}>
            Repositories
          </Link>
          <Link to="/merge-requests">Merge requests</Link>
          <Link to="/runs">Runs</Link>
          <Link to="/drift">Drift</Link>
          {isAdministrator(member) && (
            <>
              <Link to="/members">Members</Link>
              <Link to="/audit">Audit</Link>
            </>
          )}
        </nav>
        <div className="bar-end">
          <LiveMark />
          <ThemeSwitch />
          <SignedIn actor={member} />
        </div>
      </header>
    </>
  );
}

/** Before anybody could be asked who they are. */
function Away({ actor }: { readonly actor: ReturnType<typeof useActor> }): ReactNode {
  if (!actor.error) return null;
  return (
    <main className="sign-in">
      <h1>Trueup does not answer</h1>
      <Failed error={actor.error} what="Your session" again={() => void actor.refetch()} />
    </main>
  );
}
