/**
 * The HTTP server around a control plane: foreign concerns as plug-ins first, then our routes.
 *
 * H1. Every route but those marked `open` in the table knows who asks before anything else happens.
 * H2. Whatever goes wrong is a problem with a public code; what is ours alone goes to the log alone.
 * H3. No log line has a query, a header or a body: they hold names and secrets.
 */
import { randomUUID } from 'node:crypto';

import helmet from '@fastify/helmet';
import { formatWire, problemType } from '@trueup/api';
import type { ControlPlane } from '@trueup/control-plane';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';

import type { Logger } from '../create-log.ts';
import { describeFailure } from '../describe-failure.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { openRequestAccess } from './authenticate-requests.ts';
import { answerBroken } from './connections/answer-broken.ts';
import {
  type ConnectionLimits,
  createNodeServer,
  type NodeServer,
  usualLimits,
} from './connections/create-node-server.ts';
import type { TlsMaterial } from './connections/read-tls.ts';
import { gitPrefix, registerGit } from './git/register-git.ts';
import { HttpProblem } from './http-problem.ts';
import { noteMethods } from './known-methods.ts';
import { registerProbes } from './register-probes.ts';
import { registerRoutes } from './register-routes.ts';
import type { StreamPace } from './route-ports.ts';
import { openBrowserAccess } from './sessions/open-browser-access.ts';
import { OpenStreams } from './streams/open-streams.ts';
import { tagAnswers } from './tag-answers.ts';
import { toProblem } from './to-problem.ts';
import { sendWeb } from './web/send-web.ts';
import type { WebPages } from './web/web-pages.ts';
import { registerWebhooks } from './webhooks/register-webhooks.ts';

export interface HttpServerOptions {
  readonly plane: ControlPlane;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly trustProxy: boolean;
  /** What browsers look at. There are no pages if absent. */
  readonly pages?: WebPages;
  /** How people reach the server; where a request says that it goes to if absent. */
  readonly publicUrl?: string;
  /** Plain HTTP if absent. */
  readonly tls?: TlsMaterial;
  /** For tests, which cannot wait as long as people do. */
  readonly pace?: StreamPace;
  readonly limits?: ConnectionLimits;
  /** Failed attempts to authenticate that one address may have in a minute. 30 if absent. */
  readonly failuresPerMinute?: number;
}

export interface HttpServer {
  readonly app: FastifyInstance;
  readonly openStreams: number;
  /** Whether it speaks TLS. */
  readonly secure: boolean;
  /** For new connections. Only where it speaks TLS. */
  renewCertificate(tls: TlsMaterial): void;
  /** Ends streams first: they would keep the server from closing. */
  close(): Promise<void>;
}

const usualPace: StreamPace = { heartbeatMs: 15_000, patienceMs: 15_000 };

export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { plane, logger, metrics, pace = usualPace, failuresPerMinute = 30 } = options;
  const { tls, limits = usualLimits } = options;
  const loggerInstance: FastifyBaseLogger = logger;
  let node: NodeServer | undefined;
  const app: FastifyInstance = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustProxy,
    genReqId: () => randomUUID(),
    serverFactory: (handler) => {
      node = createNodeServer(handler, { limits, isLong }, tls);
      return node.server;
    },
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    return503OnClosing: true,
    routerOptions: { maxParamLength: 300 },
    clientErrorHandler: answerBroken,
    // What cannot even be routed.
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply),
  });
  const streams = new OpenStreams();
  app.setReplySerializer((payload) => formatWire(payload));
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  const methodsOf = noteMethods(app);
  app.setNotFoundHandler(async (request, reply) => {
    if (options.pages && (await sendWeb(request, reply, options.pages))) return reply;
    return sendProblem(toUnrouted(methodsOf(pathOf(request))), request, reply);
  });
  markAnswers(app);
  noteRequests(app, metrics);
  tagAnswers(app);
  await app.register(helmet, { contentSecurityPolicy: { directives: nothingAllowed } });
  const access = await openRequestAccess(app, plane, { failuresPerMinute });
  const reach = options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl };
  const browsers = openBrowserAccess({ plane, access, reach, now: Date.now });
  registerProbes(app, { plane, access, metrics });
  await registerGit(app, { plane, access });
  await registerWebhooks(app, { plane, access });
  await registerRoutes(app, { plane, access, browsers, streams, pace });
  metrics.watchStreams(() => streams.count);
  return {
    app,
    get openStreams() {
      return streams.count;
    },
    secure: tls !== undefined,
    renewCertificate: (next) => node?.renew(next),
    async close() {
      streams.close();
      await app.close();
    },
  };
}

/** A clone or a push takes as long as it takes: what bounds it knows how git does. */
function isLong(url: string): boolean {
  return url.startsWith(gitPrefix);
}

/** An answer that a browser takes for one may load and run nothing. */
const nothingAllowed = { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] };

function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { problem, retryAfterS, allow, ours } = toProblem(error, request.id);
  // What was given up because nobody waits for it any more has not failed.
  if (ours && !reply.raw.destroyed) {
    const failure = describeFailure(error);
    request.log.error({ failure, route: routeOf(request) }, 'a request failed');
  }
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  if (allow) reply.header('allow', allow.join(', '));
  if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS));
  return reply.code(problem.status).type(problemType).send(problem);
}

/** `methods` are those that the path takes: none where there is no such path. */
function toUnrouted(methods: readonly string[]): HttpProblem {
  if (methods.length === 0) return new HttpProblem('NOT_FOUND', 'There is no such route.');
  const detail = `The route takes ${methods.join(', ')}.`;
  return new HttpProblem('METHOD_NOT_ALLOWED', detail, { allow: methods });
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? url;
}

/** Answers are for who asked: none is kept by others, and each bears the name that it has in the log. */
function markAnswers(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'cache-control': 'private, no-cache', 'x-request-id': request.id });
  });
}

function noteRequests(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method } = request;
    const route = routeOf(request);
    const tookMs = reply.elapsedTime;
    metrics.noteRequest({ method, route, status: reply.statusCode, seconds: tookMs / 1000 });
    const line = { method, route, status: reply.statusCode, tookMs: Math.round(tookMs) };
    request.log.info(line, 'answered a request');
  });
}

/** As in the table: what stands in its place is somebody's name. */
function routeOf({ routeOptions }: FastifyRequest): string {
  return routeOptions.url ?? 'unknown';
}
