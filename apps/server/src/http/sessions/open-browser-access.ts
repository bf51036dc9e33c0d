/** Who asks by a route of the API: a member's token, or the cookie of a browser it is signed in with. */
import type { BrowserSessionView, ControlPlane, Session } from '@trueup/control-plane';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { type RequestAccess, tokenOf } from '../authenticate-requests.ts';
import { HttpProblem } from '../http-problem.ts';
import {
  bearsCookie,
  type Reach,
  readCookie,
  refuseForeignPage,
  requireOwnPage,
  setCookie,
} from './browser-cookie.ts';

type Actor = Session['actor'];

/** The browser that a request came from, if one did. */
export interface Browser {
  /** That asks; absent for a token, and where nobody is signed in. */
  readonly session?: BrowserSessionView;
  /** What its cookie held, whether it counts or not. */
  readonly secret?: string;
  /** The answer sets the cookie. `expiresAt`: until when. */
  keep(secret: string, expiresAt: string): void;
  /** The answer removes the cookie. */
  forget(): void;
}

export interface Asker {
  readonly actor: Actor;
  readonly browser: Browser;
  /** Who it is by now, for answers that take long; `undefined` once nobody. */
  again(): Promise<Actor | undefined>;
}

export interface BrowserAccess {
  /** @throws HttpProblem `UNAUTHENTICATED`, `ORIGIN_REFUSED`, `TOO_MANY_REQUESTS`. */
  askerOf(request: FastifyRequest, reply: FastifyReply): Promise<Asker>;
  /** Of a route that needs nobody. @throws HttpProblem `ORIGIN_REFUSED`, `TOO_MANY_REQUESTS`. */
  nobody(request: FastifyRequest, reply: FastifyReply): Promise<Asker>;
}

export interface BrowserAccessPorts {
  readonly plane: Pick<ControlPlane, 'authenticate' | 'browsers'>;
  readonly access: RequestAccess;
  readonly reach: Reach;
  readonly now: () => number;
}

export function openBrowserAccess(ports: BrowserAccessPorts): BrowserAccess {
  const { plane, access, reach } = ports;
  return {
    async askerOf(request, reply) {
      if (!bearsCookie(request)) return askByToken(request, reply, ports);
      const secret = readCookie(request, reach);
      if (secret === undefined) return askByToken(request, reply, ports);
      requireOwnPage(request, reach);
      const resumed = await plane.browsers.resume(secret);
      if (resumed) {
        const { actor, session } = resumed;
        const again = async () => (await plane.browsers.resume(secret, 'waits'))?.actor;
        return { actor, again, browser: toBrowser(request, reply, { ports, secret, session }) };
      }
      // Else a page that stayed open would go on asking, and be counted as one who guesses.
      toBrowser(request, reply, { ports }).forget();
      return access.countFailures(request, async () => {
        await access.nobody(request);
        throw new HttpProblem('UNAUTHENTICATED', 'The session has ended.');
      });
    },
    async nobody(request, reply) {
      refuseForeignPage(request, reach);
      const actor = await access.nobody(request);
      const secret = readCookie(request, reach);
      const browser = toBrowser(request, reply, { ports, ...(secret !== undefined && { secret }) });
      return { actor, browser, again: async () => actor };
    },
  };
}

async function askByToken(
  request: FastifyRequest,
  reply: FastifyReply,
  ports: BrowserAccessPorts,
): Promise<Asker> {
  const { plane, access } = ports;
  const actor = await access.actorOf(request);
  const again = () => plane.authenticate(tokenOf(request) ?? '');
  return { actor, again, browser: toBrowser(request, reply, { ports }) };
}

function toBrowser(
  request: FastifyRequest,
  reply: FastifyReply,
  {
    ports: { reach, now },
    ...known
  }: Pick<Browser, 'session' | 'secret'> & { readonly ports: BrowserAccessPorts },
): Browser {
  return {
    ...known,
    keep(secret, expiresAt) {
      const lastsS = (Date.parse(expiresAt) - now()) / 1000;
      setCookie({ request, reply }, reach, { secret, lastsS });
    },
    forget: () => setCookie({ request, reply }, reach, { secret: '', lastsS: 0 }),
  };
}
