/**
 * The server of Node behind fastify: with or without TLS, and with bounds on what a connection may
 * take before anybody knows who it is.
 */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';

import type { TlsMaterial } from './read-tls.ts';

export interface ConnectionLimits {
  /** For the handshake of TLS, and again for the head of a request to arrive. */
  readonly headMs: number;
  /** For the whole of a request to arrive; ours are small, but for those that may be long. */
  readonly requestMs: number;
  /** How often those that take too long are looked for. */
  readonly checkMs: number;
  /** How long a connection is kept for the next request. */
  readonly idleMs: number;
  /** At once. Further ones are closed as they come. */
  readonly connections: number;
}

export const usualLimits: ConnectionLimits = {
  headMs: 10_000,
  requestMs: 30_000,
  checkMs: 5000,
  // Longer than load balancers keep theirs (60 s): else they send into a connection that is closing.
  idleMs: 75_000,
  // Four times the streams that may be open; a process has 1,024 files or more.
  connections: 4000,
};

export interface NodeServer {
  readonly server: Server;
  /** New connections get this certificate. @throws Error where it is served without TLS. */
  renew(tls: TlsMaterial): void;
}

export interface RequestBounds {
  readonly limits: ConnectionLimits;
  /** Whether requests for this URL may take longer to arrive. Their handler bounds them. */
  readonly isLong: (url: string) => boolean;
}

/** No request takes longer to arrive, whoever bounds it. */
const longestRequestMs = 3_600_000;

export function createNodeServer(
  handler: RequestListener,
  { limits, isLong }: RequestBounds,
  tls: TlsMaterial | undefined,
): NodeServer {
  const { headMs, requestMs, checkMs, idleMs, connections } = limits;
  const bounded: RequestListener = (request, response) => {
    if (!isLong(request.url ?? '')) boundArrival(request, requestMs);
    handler(request, response);
  };
  const options = {
    headersTimeout: headMs,
    requestTimeout: longestRequestMs,
    connectionsCheckingInterval: checkMs,
    keepAliveTimeout: idleMs,
  };
  if (!tls) {
    const server = createServer(options, bounded);
    server.maxConnections = connections;
    return { server, renew: () => refuseRenewal() };
  }
  const secured = { ...options, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: headMs } as const;
  const server = createSecureServer(secured, bounded);
  server.maxConnections = connections;
  return { server, renew: (next) => server.setSecureContext({ ...next, minVersion: 'TLSv1.2' }) };
}

/** Node itself knows one bound for all requests. */
function boundArrival(request: IncomingMessage, ms: number): void {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (length === undefined && encoding === undefined) return;
  const timer = setTimeout(() => {
    if (!request.complete) request.socket.destroy();
  }, ms);
  const arrived = (): void => clearTimeout(timer);
  request.once('end', arrived).once('close', arrived);
}

function refuseRenewal(): never {
  throw new Error('A server without TLS has no certificate to renew.');
}
