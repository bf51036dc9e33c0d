/** Lets fastify answer every route of the table: knows who asks, checks what comes in, sends. */
import { apiPrefix, listRoutes, type NamedRoute, statusOf } from '@trueup/api';
import type { Session } from '@trueup/control-plane';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { createInputReader } from './check-input.ts';
import type { RoutePorts } from './route-ports.ts';
import { createHandlers } from './routes/all-handlers.ts';
import type { Asker, Browser } from './sessions/open-browser-access.ts';
import { streamItems } from './streams/stream-items.ts';

/** What all handlers are, for who calls them alike. */
export type AnyHandler = (
  input: Readonly<Record<string, unknown>>,
  asked: { readonly session: Session; readonly browser: Browser; readonly signal: AbortSignal },
) => unknown;

const usualBodyBytes = 64 * 1024;

export async function registerRoutes(app: FastifyInstance, ports: RoutePorts): Promise<void> {
  const handlers = createHandlers(ports.plane);
  const register = (scope: FastifyInstance, route: NamedRoute): void => {
    // biome-ignore lint/nursery/noUnsafeTypeAssertion: its input was checked by the route's schemas.
    const handler = handlers[route.name] as unknown as AnyHandler;
    const { method, path, bodyBytes: bodyLimit = usualBodyBytes } = route;
    const url = `${apiPrefix}${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
    const askers = new WeakMap<FastifyRequest, Asker>();
    scope.route({
      method,
      url,
      bodyLimit,
      // Before the body is read: who may not ask need not be listened to.
      onRequest: async (request, reply) => {
        const { browsers } = ports;
        const { nobody, askerOf } = browsers;
        askers.set(request, await (route.open ? nobody : askerOf)(request, reply));
      },
      handler: answer(route, handler, { ...ports, askers }),
    });
  };
  const routes = listRoutes();
  for (const route of routes) if (route.body) register(app, route);
  await app.register((scope, _options, done) => {
    ignoreBodies(scope);
    for (const route of routes) if (!route.body) register(scope, route);
    done();
  });
}

/** Forges send all sorts of bodies to say that something was pushed. Nothing of them is believed. */
function ignoreBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    done(null, undefined);
  });
}

type Answer = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

function answer(
  route: NamedRoute,
  handler: AnyHandler,
  ports: RoutePorts & { readonly askers: WeakMap<FastifyRequest, Asker> },
): Answer {
  const readInput = createInputReader(route);
  const status = statusOf(route);
  return async (request, reply) => {
    const asker = ports.askers.get(request);
    if (!asker) throw new Error(`${route.name}: nobody knows who asks`);
    const { browser } = asker;
    const session = ports.plane.as(asker.actor);
    const input = await readInput(request);
    if (route.stream) {
      const open = (signal: AbortSignal) => handler(input, { session, browser, signal });
      return streamItems(open, { route, request, reply, asker }, ports);
    }
    const asking = async () => handler(input, { session, browser, signal: goneSignal(reply) });
    const body = await (route.open ? ports.access.countFailures(request, asking) : asking());
    return reply.code(status).send(route.response ? body : undefined);
  };
}

/** Aborts when the client goes before it has its answer. */
function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => gone.abort(new Error('the client is gone')));
  return gone.signal;
}
