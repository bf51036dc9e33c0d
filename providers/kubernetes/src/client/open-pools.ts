import { type Dispatcher, Pool, ProxyAgent, Socks5ProxyAgent } from 'undici';

import type { ClientCertificate, ClusterAccess } from './cluster-access.ts';

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
  const calls = {
    connections,
    headersTimeout: requestTimeoutMs,
    bodyTimeout: requestTimeoutMs,
    // A page of 500 objects of a megabyte and a half would not fit into one string anyway.
    maxResponseSize: 400 * 1024 * 1024,
  };
  const streams = { headersTimeout: requestTimeoutMs, bodyTimeout: 0 };
  return {
    calls: openPool(access, certificate, calls),
    streams: openPool(access, certificate, streams),
  };
}

interface PoolLimits {
  readonly connections?: number;
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
  readonly maxResponseSize?: number;
}

function openPool(
  { server, tls, proxy }: ClusterAccess,
  certificate: ClientCertificate | undefined,
  limits: PoolLimits,
): Dispatcher {
  const secured = {
    // HTTP/2 was measured to be slower, and one lost packet stops all streams of a connection.
    allowH2: false,
    rejectUnauthorized: !tls.insecure,
    timeout: 10_000,
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(tls.serverName !== undefined && { servername: tls.serverName }),
    ...(certificate && { cert: certificate.certificate, key: certificate.key }),
  };
  const options = {
    ...limits,
    allowH2: false,
    pipelining: 1,
    // Below the idle time-outs of API servers (90 s) and of common load balancers (60 s).
    keepAliveTimeout: 30_000,
    keepAliveMaxTimeout: 60_000,
  };
  if (!proxy) return new Pool(server.origin, { ...options, connect: secured });
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
