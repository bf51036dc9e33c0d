import type { ControlPlane, Session } from '@trueup/control-plane';

import type { Handlers } from '../asked.ts';
import { HttpProblem } from '../http-problem.ts';

type Names =
  | 'signedIn'
  | 'signIn'
  | 'signOut'
  | 'browserSessions'
  | 'endBrowserSession'
  | 'createToken';

export function browserSessionHandlers({ browsers }: ControlPlane): Handlers<Names> {
  return {
    signedIn: async (_input, { session, browser }) => ({
      ...toMember(session.actor),
      ...(browser.session && { session: { ...browser.session, current: true } }),
    }),
    signIn: async ({ body }, { browser }) => {
      const begun = await browsers.signIn(body.token, browser.secret);
      if (!begun) throw new HttpProblem('UNAUTHENTICATED', 'The token is not valid.');
      const { secret, session, actor } = begun;
      browser.keep(secret, session.expiresAt);
      return { ...toMember(actor), session: { ...session, current: true } };
    },
    signOut: async (_input, { browser }) => {
      if (!browser.session || browser.secret === undefined) {
        throw new HttpProblem('NOT_FOUND', 'No browser asks: a token has no session.');
      }
      await browsers.signOut(browser.secret);
      browser.forget();
    },
    browserSessions: async ({ params }, { session, browser }) => {
      const sessions = await session.browserSessions(params.member);
      const own = browser.session?.id;
      return { items: sessions.map((one) => (one.id === own ? { ...one, current: true } : one)) };
    },
    createToken: async ({ params, body }, { session, browser }) => {
      const { label, expiresInMs, proof } = body;
      const by = browser.session?.member;
      const confirmed = by === undefined || (proof && (await browsers.confirms(by, proof)));
      if (!confirmed) {
        const why =
          'A browser makes no token by its session alone: send one of your tokens as proof.';
        throw new HttpProblem('PROOF_REQUIRED', why);
      }
      return session.createToken(params.member, label, expiresInMs);
    },
    endBrowserSession: ({ params }, { session }) =>
      session.endBrowserSession(params.member, params.session),
  };
}

function toMember(
  actor: Session['actor'],
): Pick<Extract<Session['actor'], { kind: 'member' }>, 'name' | 'grants'> {
  if (actor.kind !== 'member') throw new Error('Somebody who is no member is signed in.');
  return { name: actor.name, grants: actor.grants };
}
