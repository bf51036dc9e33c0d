import type { BrowserSession } from '@trueup/api';
import type { ReactNode } from 'react';

import { Age } from '../../ui/age.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty, Failed, Loading, ProblemText } from '../../ui/states.tsx';
import { useBrowserSessions, useEndBrowserSession } from './queries.ts';

/** The browsers that a member is signed in with; each can be signed out from here. */
export function SignIns({ member }: { readonly member: string }): ReactNode {
  const sessions = useBrowserSessions(member);
  const end = useEndBrowserSession(member);
  if (sessions.isPending) return <Loading what="where you are signed in" />;
  if (sessions.isError) return <Failed error={sessions.error} what="Sign-ins" />;
  if (sessions.data.length === 0) return <Empty title="No browser is signed in" />;
  return (
    <>
      {end.error && (
        <div role="alert">
          <ProblemText error={end.error} />
        </div>
      )}
      <ul className="panel rows">
        {sessions.data.map((session) => (
          <li key={session.id} className="row row-apart panel-body">
            <Words session={session} />
            {!session.current && (
              <Button busy={end.isPending} onClick={() => end.mutate(session.id)}>
                Sign it out
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function Words({ session }: { readonly session: BrowserSession }): ReactNode {
  return (
    <span>
      {session.current ? <strong>This browser</strong> : 'Another browser'}
      <span className="quiet small">
        {' '}
        · signed in <Age at={session.startedAt} /> · used <Age at={session.usedAt} /> · ends at the
        latest {session.expiresAt.slice(0, 16).replace('T', ' ')} UTC
      </span>
    </span>
  );
}
