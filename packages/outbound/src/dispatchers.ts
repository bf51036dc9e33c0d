import { createRequire } from 'node:module';
import type { LookupFunction } from 'node:net';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

import type { buildConnector, Dispatcher } from 'undici';

import { type AddressGuard, matchesHost } from './address-guard.ts';

export interface ProxyRoute {
  /** https or http, with credentials where it asks for some. It resolves the names of hosts. */
  readonly url: string;
  /** Hosts that are reached without it: `git.example.com`, `*.example.com`, or an IP address. */
  readonly except: readonly string[];
}

export interface Dispatchers {
  /** Throws `OUTBOUND_ADDRESS_REFUSED` where the host's name alone tells that. */
  dispatcherFor(url: URL): Dispatcher;
  close(): Promise<void>;
}

export interface DispatcherOptions {
  readonly guard: AddressGuard;
  readonly proxy?: ProxyRoute;
  readonly certificates?: readonly string[];
  readonly connections?: number;
}

/**
 * The library has a hundred modules and takes 50 ms: most processes import this package without ever
 * asking anything of the outside.
 */
const load = createRequire(import.meta.url);
const loadUndici = (): typeof import('undici') => load('undici');

/** A host that does not answer is given up in favour of the next attempt. */
const connectTimeoutMs = 10_000;

/** One pool for each origin, direct or through the proxy. */
export function createDispatchers(options: DispatcherOptions): Dispatchers {
  const { guard, proxy } = options;
  const { Agent, ProxyAgent } = loadUndici();
  const secureContext = trust(options.certificates ?? []);
  const pool = { connections: options.connections ?? 16, allowH2: false } as const;
  const direct = new Agent({ ...pool, connect: connectGuarded(guard, secureContext) });
  const tls = { allowH2: false, secureContext, timeout: connectTimeoutMs };
  const proxied =
    proxy && new ProxyAgent({ ...pool, uri: proxy.url, requestTls: tls, proxyTls: tls });

  return {
    dispatcherFor({ hostname }) {
      if (!(proxy && proxied)) return direct;
      if (proxy.except.some((pattern) => matchesHost(pattern, hostname))) return direct;
      guard.checkName(hostname);
      return proxied;
    },
    close: async () => {
      await Promise.all([direct.destroy(), proxied?.destroy()]);
    },
  };
}

/** Made once: reading the system's authorities takes longer than a handshake. */
function trust(certificates: readonly string[]): SecureContext {
  return createSecureContext({ ca: [...getCACertificates('default'), ...certificates] });
}

/** The guard resolves, also where the host is an address, which is never looked up otherwise. */
function connectGuarded(
  guard: AddressGuard,
  secureContext: SecureContext,
): buildConnector.connector {
  const lookup: LookupFunction = (host, { all, family }, callback) => {
    guard.resolve(host).then(
      (addresses) => {
        const wanted = addresses.filter((one) => !family || one.family === family);
        const [first] = wanted.length > 0 ? wanted : addresses;
        if (all) callback(null, [...addresses]);
        else callback(null, first?.address ?? '', first?.family);
      },
      (error) => callback(error, ''),
    );
  };
  const connect = loadUndici().buildConnector({
    allowH2: false,
    secureContext,
    timeout: connectTimeoutMs,
    lookup,
  });
  return (options, callback) => {
    try {
      guard.checkName(options.hostname);
    } catch (error) {
      callback(error instanceof Error ? error : new Error('A guard throws errors.'), null);
      return;
    }
    connect(options, callback);
  };
}
