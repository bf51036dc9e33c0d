/**
 * The addresses of the built-in forge's repositories, for git clients: `/git/shop/gitops.git`. Bodies pass
 * through as they come, in both directions.
 */
import type { ControlPlane } from '@trueup/control-plane';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { type RequestAccess, tokenOf } from '../authenticate-requests.ts';
import { HttpProblem } from '../http-problem.ts';

export interface GitPorts {
  readonly plane: ControlPlane;
  readonly access: RequestAccess;
}

/** Requests below it may take long, see `createNodeServer`. */
export const gitPrefix = '/git/';

export async function registerGit(
  app: FastifyInstance,
  { plane, access }: GitPorts,
): Promise<void> {
  const actors = new WeakMap<FastifyRequest, Awaited<ReturnType<RequestAccess['actorOf']>>>();
  await app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload));
    scope.addHook('onSend', async (_request, reply) => {
      // git asks its user for a password only where it is told so.
      if (reply.statusCode === 401) reply.header('www-authenticate', 'Basic realm="Trueup"');
    });
    scope.route({
      method: ['GET', 'POST'],
      url: `${gitPrefix}*`,
      // Before the body is read: who may not ask need not be listened to.
      onRequest: async (request) => {
        // git asks without a token first, each time: that is no attempt at anything.
        if (request.headers.authorization === undefined) {
          throw new HttpProblem('UNAUTHENTICATED', 'The request bears no token.');
        }
        actors.set(request, await access.actorOf(request, gitTokenOf));
      },
      handler: async (request, reply) => {
        const actor = actors.get(request);
        if (!actor) throw new Error('git: nobody knows who asks');
        const answer = await plane.serveGit(actor, toCall(request), goneSignal(reply));
        return reply.code(answer.status).headers(answer.headers).send(answer.body);
      },
    });
    done();
  });
}

type Call = Parameters<ControlPlane['serveGit']>[1];

function toCall({ raw, headers, url }: FastifyRequest): Call {
  const [pathname = '', query = ''] = url.split('?', 2);
  const { 'content-type': contentType, 'content-encoding': contentEncoding } = headers;
  const gitProtocol = headers['git-protocol'];
  return {
    address: pathname.slice(gitPrefix.length),
    query,
    body: raw,
    ...(contentType !== undefined && { contentType }),
    ...(contentEncoding !== undefined && { contentEncoding }),
    ...(typeof gitProtocol === 'string' && { gitProtocol }),
  };
}

function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => gone.abort(new Error('the client went')));
  return gone.signal;
}

/** git sends a token as a password; the user's name does not matter. */
export function gitTokenOf(request: FastifyRequest): string | undefined {
  const [, code] =
    /^Basic +([A-Za-z0-9+/]{1,1000}={0,2})$/i.exec(request.headers.authorization ?? '') ?? [];
  if (code === undefined) return tokenOf(request);
  const text = Buffer.from(code, 'base64').toString('latin1');
  const password = text.slice(text.indexOf(':') + 1);
  return /^[\x21-\x7e]{1,200}$/.test(password) ? password : undefined;
}
