/**
 * Whose token a request bears. Attempts with wrong ones are counted by address: a token cannot be
 * guessed, but attempts cost time and hide what else is in the log.
 */
import rateLimit from '@fastify/rate-limit';
import type { ControlPlane, Session } from '@trueup/control-plane';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { HttpProblem } from './http-problem.ts';

type Actor = Session['actor'];

export type ReadToken = (request: FastifyRequest) => string | undefined;

export interface RequestAccess {
  /**
   * `read` finds the token where it is not a bearer's.
   *
   * @throws HttpProblem `UNAUTHENTICATED`, `TOO_MANY_REQUESTS`.
   */
  actorOf(request: FastifyRequest, read?: ReadToken): Promise<Actor>;
  /** Of a route that needs no token. @throws HttpProblem `TOO_MANY_REQUESTS`. */
  nobody(request: FastifyRequest): Promise<Actor>;
  /** Who asks may not be known yet (one-time links): runs `attempt`, and counts it when it throws. */
  countFailures<T>(request: FastifyRequest, attempt: () => Promise<T>): Promise<T>;
}

export interface AccessLimits {
  /** Failures that one address may have in a minute. */
  readonly failuresPerMinute: number;
}

export async function openRequestAccess(
  app: FastifyInstance,
  plane: ControlPlane,
  { failuresPerMinute }: AccessLimits,
): Promise<RequestAccess> {
  await app.register(rateLimit, { global: false });
  const look = app.createRateLimit({ max: failuresPerMinute, timeWindow: 60_000 });

  const requirePatience = async (request: FastifyRequest): Promise<void> => {
    const status = await look(request, { increment: false });
    // Looking does not count: what is left tells whether a further failure may be.
    if (status.isAllowed || status.remaining > 0) return;
    const retryAfterS = status.ttlInSeconds;
    throw new HttpProblem('TOO_MANY_REQUESTS', 'Too many failed attempts.', { retryAfterS });
  };
  return {
    async actorOf(request, read = tokenOf) {
      const token = read(request);
      const actor = token === undefined ? undefined : await plane.authenticate(token);
      // Whoever has a valid token is not kept out by others behind the same address.
      if (actor) return actor;
      // Whoever bears nothing guesses nothing: a page that nobody is signed in with asks so.
      const empty = request.headers.authorization === undefined;
      if (empty) throw new HttpProblem('UNAUTHENTICATED', 'The request bears no token.');
      await requirePatience(request);
      await look(request);
      throw new HttpProblem('UNAUTHENTICATED', 'The token is not valid.');
    },
    async nobody(request) {
      await requirePatience(request);
      return { kind: 'anonymous' };
    },
    async countFailures(request, attempt) {
      try {
        return await attempt();
      } catch (error) {
        await look(request);
        throw error;
      }
    },
  };
}

/** Ours have 50 characters; what is much longer is not worth a hash. */
const longestToken = 200;

export function tokenOf({ headers }: FastifyRequest): string | undefined {
  const [, token] = /^Bearer +([\x21-\x7e]+)$/i.exec(headers.authorization ?? '') ?? [];
  return token !== undefined && token.length <= longestToken ? token : undefined;
}
