import { setTimeout as delay } from 'node:timers/promises';

import type { NamedRoute } from '@trueup/api';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { RoutePorts } from '../route-ports.ts';
import type { Asker } from '../sessions/open-browser-access.ts';
import { toProblem } from '../to-problem.ts';
import { sendStream } from './send-stream.ts';

export interface StreamRequest {
  readonly route: NamedRoute;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly asker: Asker;
}

/**
 * Long enough for a refusal, so that it is an answer like any other; short enough for who waits for
 * the first item, which may come any time.
 */
const firstItemMs = 300;

/** Takes the connection away from fastify, and sends items on it until either side has enough. */
export async function streamItems(
  open: (signal: AbortSignal) => unknown,
  { route, request, reply, asker }: StreamRequest,
  { streams, pace }: RoutePorts,
): Promise<FastifyReply> {
  const stream = streams.add();
  try {
    const items = iteratorOf(open(stream.signal));
    const first = items.next();
    if (!route.resumable) await Promise.race([first, delay(firstItemMs)]);
    first.catch(() => undefined);
    reply.hijack();
    const response = reply.raw;
    const leave = (): void => stream.abort(new Error('the client is gone'));
    if (response.destroyed) leave();
    response.once('close', leave);
    const before = JSON.stringify(asker.actor);
    await sendStream(items, first, {
      response,
      stream,
      resumable: route.resumable ?? false,
      ...pace,
      isStillAllowed: async () => JSON.stringify(await asker.again()) === before,
      describe: (error) => toProblem(error, request.id).problem,
    });
  } finally {
    stream.abort(new Error('the stream has ended'));
  }
  return reply;
}

function iteratorOf(items: unknown): AsyncIterator<unknown> {
  if (typeof items === 'object' && items !== null && Symbol.asyncIterator in items) {
    const make = items[Symbol.asyncIterator];
    if (typeof make === 'function') return Reflect.apply(make, items, []);
  }
  throw new Error('a stream without items');
}
