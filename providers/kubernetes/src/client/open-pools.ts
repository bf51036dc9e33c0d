import { createSecureContext } from 'node:tls';

import type { buildConnector, Dispatcher } from 'undici';

import type { ClientCertificate, ClusterAccess } from './cluster-access.ts';
import { loadPool, loadUndici } from './load-undici.ts';

/** Two sets of connections: an answer that takes for ever must not keep the others waiting. */
export interface Pools {
  readonly calls: Dispatcher;
  /** For watches and logs: no limit on their number, nor on how long a body takes. */
  readonly streams: Dispatcher;
}

export interface PoolOptions {
  readonly connections: number;
  readonly requestTimeoutMs: number;
}

export function openPools(
  access: ClusterAccess,
  certificate: ClientCertificate | undefined,
  { connections, requestTimeoutMs }: PoolOptions,
): Pools {
  const secured = secure(access, certificate);
  const calls = {
    connections,
    headersTimeout: requestTimeoutMs,
    bodyTimeout: requestTimeoutMs,
    // A page of 500 objects of a megabyte and a half would not fit into one string anyway.
    maxResponseSize: 400 * 1024 * 1024,
  };
  const streams = { headersTimeout: requestTimeoutMs, bodyTimeout: 0 };
  return {
    calls: openPool(access, secured, calls),
    streams: openPool(access, secured, streams),
  };
}

interface PoolLimits {
  readonly connections?: number;
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
  readonly maxResponseSize?: number;
}

function secure(
  { server, tls }: ClusterAccess,
  certificate: ClientCertificate | undefined,
): buildConnector.BuildOptions {
  const trust = {
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(certificate && { cert: certificate.certificate, key: certificate.key }),
  };
  return {
    // HTTP/2 was measured to be slower, and one lost packet stops all streams of a connection.
    allowH2: false,
    rejectUnauthorized: !tls.insecure,
    timeout: 10_000,
    ...(tls.serverName !== undefined && { servername: tls.serverName }),
    // Read once: each connection would read the certificates again.
    ...(server.protocol === 'https:' && { secureContext: createSecureContext(trust) }),
  };
}

function openPool(
  { server, proxy }: ClusterAccess,
  secured: buildConnector.BuildOptions,
  limits: PoolLimits,
): Dispatcher {
  const options = {
    ...limits,
    allowH2: false,
    pipelining: 1,
    // Below the idle time-outs of API servers (90 s) and of common load balancers (60 s).
    keepAliveTimeout: 30_000,
    keepAliveMaxTimeout: 60_000,
  };
  const { Pool } = loadPool();
  if (!proxy) return new Pool(server.origin, { ...options, connect: secured });
  const { ProxyAgent, Socks5ProxyAgent } = loadUndici();
  if (proxy.protocol === 'socks5:') {
    return new Socks5ProxyAgent(proxy, { ...options, requestTls: secured });
  }
  const { username, password } = proxy;
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  return new ProxyAgent({
    ...options,
    uri: `${proxy.protocol}//${proxy.host}`,
    requestTls: secured,
    ...(username && { token: `Basic ${login.toString('base64')}` }),
  });
}
