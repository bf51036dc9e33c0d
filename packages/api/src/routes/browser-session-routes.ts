import {
  browserSessionSchema,
  signedInSchema,
  signInRequestSchema,
} from '../wire/browser-session.ts';
import { listOf } from '../wire/page.ts';
import type { BrowserSessionCalls } from './calls.ts';
import { browserSessionName, memberName } from './parameters.ts';
import type { RouteFor } from './route.ts';

type Routes = { readonly [N in keyof BrowserSessionCalls]: RouteFor<BrowserSessionCalls[N]> };

const tag = 'members';

export const browserSessionRoutes: Routes = {
  signedIn: {
    method: 'GET',
    path: '/session',
    summary: 'Tells who is signed in',
    tag,
    response: signedInSchema,
  },
  signIn: {
    method: 'POST',
    path: '/session',
    summary: 'Signs a browser in with a token: the answer sets its cookie',
    tag,
    status: 201,
    open: true,
    body: signInRequestSchema,
    response: signedInSchema,
  },
  signOut: {
    method: 'DELETE',
    path: '/session',
    summary: 'Ends the session whose cookie asks',
    tag,
  },
  browserSessions: {
    method: 'GET',
    path: '/members/{member}/sessions',
    summary: 'Lists the browsers that a member is signed in with',
    tag,
    params: memberName,
    response: listOf(browserSessionSchema),
  },
  endBrowserSession: {
    method: 'DELETE',
    path: '/members/{member}/sessions/{session}',
    summary: 'Signs a browser out',
    tag,
    params: browserSessionName,
  },
};
