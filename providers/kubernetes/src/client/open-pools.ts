import { createSecureContext } from 'node:tls';

import type { Dispatcher } from 'undici';

import type { Secured } from './call-connection.ts';
import { CallPool } from './call-pool.ts';
import { callThrough } from './call-through.ts';
import type { ClientCertificate, ClusterAccess } from './cluster-access.ts';
import type { Calls } from './exchange.ts';
import { loadUndici } from './load-undici.ts';

/** Two sets of connections: an answer that takes for ever must not keep the others waiting. */
export interface Pools {
  readonly calls: Calls;
  /**
   * For watches and logs: no limit on their number, nor on how long a body takes. Opened with the
   * first use.
   */
  readonly streams: () => Dispatcher;
  /** Lets what is on its way come to its end. */
  close(): Promise<void>;
  /** Ends what is on its way. */
  destroy(): Promise<void>;
}

export interface PoolOptions {
  readonly connections: number;
  readonly requestTimeoutMs: number;
}

const connectTimeoutMs = 10_000;
/** Below the idle time-outs of API servers (90 s) and of common load balancers (60 s). */
const idleMs = 30_000;

export function openPools(
  access: ClusterAccess,
  certificate: ClientCertificate | undefined,
  options: PoolOptions,
): Pools {
  const secured = secure(access, certificate);
  const calls = openCalls(access, secured, options);
  let streams: Dispatcher | undefined;
  return {
    calls,
    streams() {
      const limits = { headersTimeout: options.requestTimeoutMs, bodyTimeout: 0 };
      streams ??= openPool(access, secured, limits);
      return streams;
    },
    close: async () => {
      await Promise.all([calls.close(), streams?.close()]);
    },
    destroy: async () => {
      await Promise.all([calls.destroy(), streams?.destroy()]);
    },
  };
}

function openCalls(
  access: ClusterAccess,
  secured: Secured,
  { connections, requestTimeoutMs }: PoolOptions,
): Calls {
  const { server, proxy } = access;
  if (!proxy) {
    return new CallPool({
      server,
      connections,
      connectTimeoutMs,
      answerTimeoutMs: requestTimeoutMs,
      idleMs,
      ...(server.protocol === 'https:' && { secured }),
    });
  }
  const limits = {
    connections,
    headersTimeout: requestTimeoutMs,
    bodyTimeout: requestTimeoutMs,
    // A page of 500 objects of a megabyte and a half would not fit into one string anyway.
    maxResponseSize: 400 * 1024 * 1024,
  };
  return callThrough(openPool(access, secured, limits), server.origin);
}

function secure(
  { server, tls }: ClusterAccess,
  certificate: ClientCertificate | undefined,
): Secured {
  const trust = {
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(certificate && { cert: certificate.certificate, key: certificate.key }),
  };
  return {
    rejectUnauthorized: !tls.insecure,
    ...(tls.serverName !== undefined && { servername: tls.serverName }),
    // Read once: each connection would read the certificates again.
    ...(server.protocol === 'https:' && { secureContext: createSecureContext(trust) }),
  };
}

interface PoolLimits {
  readonly connections?: number;
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
  readonly maxResponseSize?: number;
}

function openPool(
  { server, proxy }: ClusterAccess,
  secured: Secured,
  limits: PoolLimits,
): Dispatcher {
  const options = {
    ...limits,
    // HTTP/2 was measured to be slower, and one lost packet stops all streams of a connection.
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: idleMs,
    keepAliveMaxTimeout: 60_000,
  };
  const connect = { ...secured, allowH2: false, timeout: connectTimeoutMs };
  const { Pool, ProxyAgent, Socks5ProxyAgent } = loadUndici();
  if (!proxy) return new Pool(server.origin, { ...options, connect });
  if (proxy.protocol === 'socks5:') {
    return new Socks5ProxyAgent(proxy, { ...options, requestTls: connect });
  }
  const { username, password } = proxy;
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  return new ProxyAgent({
    ...options,
    uri: `${proxy.protocol}//${proxy.host}`,
    requestTls: connect,
    ...(username && { token: `Basic ${login.toString('base64')}` }),
  });
}
