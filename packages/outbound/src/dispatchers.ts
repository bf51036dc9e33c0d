import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect, isIP, type LookupFunction, type OnReadOpts, type Socket } from 'node:net';
import {
  connect as connectTls,
  createSecureContext,
  getCACertificates,
  type SecureContext,
} from 'node:tls';

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
  /** A connection of its own; `undefined` where there is a proxy in between. Rejects as Node does. */
  connect(url: URL, opening: Opening): Promise<Socket | undefined>;
  close(): Promise<void>;
}

export interface Opening {
  /** Where what is read goes. */
  readonly onread: OnReadOpts;
  /** Destroys it, also once it is open. */
  readonly signal: AbortSignal;
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
  const lookup = lookUpGuarded(guard);
  const direct = new Agent({ ...pool, connect: connectGuarded(guard, { secureContext, lookup }) });
  const tls = { allowH2: false, secureContext, timeout: connectTimeoutMs };
  const proxied =
    proxy && new ProxyAgent({ ...pool, uri: proxy.url, requestTls: tls, proxyTls: tls });

  const isDirect = (hostname: string) =>
    !proxy || proxy.except.some((pattern) => matchesHost(pattern, hostname));

  return {
    dispatcherFor({ hostname }) {
      if (!proxied || isDirect(hostname)) return direct;
      guard.checkName(hostname);
      return proxied;
    },
    async connect(url, opening) {
      if (!isDirect(url.hostname)) return undefined;
      guard.checkName(url.hostname);
      return await openSocket(url, { ...opening, secureContext, lookup });
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

interface Route {
  readonly secureContext: SecureContext;
  readonly lookup: LookupFunction;
}

async function openSocket(
  { protocol, hostname, port }: URL,
  { onread, signal, secureContext, lookup }: Opening & Route,
): Promise<Socket> {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const isEncrypted = protocol === 'https:';
  const place = { host, port: Number(port || (isEncrypted ? 443 : 80)), lookup, onread };
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const tls = { ...place, ...servername, secureContext, ALPNProtocols: ['http/1.1'] };
  const socket = isEncrypted ? connectTls(tls) : connect(place);
  const timer = setTimeout(() => {
    socket.destroy(Object.assign(new Error('It took too long.'), { code: 'ETIMEDOUT' }));
  }, connectTimeoutMs);
  const giveUp = () => socket.destroy();
  signal.addEventListener('abort', giveUp, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', giveUp));
  try {
    await once(socket, isEncrypted ? 'secureConnect' : 'connect', { signal });
    return socket;
  } catch (error) {
    socket.on('error', () => undefined).destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** The guard resolves, also where the host is an address, which is never looked up otherwise. */
function lookUpGuarded(guard: AddressGuard): LookupFunction {
  return (host, { all, family }, callback) => {
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
}

function connectGuarded(guard: AddressGuard, route: Route): buildConnector.connector {
  const connectTo = loadUndici().buildConnector({
    ...route,
    allowH2: false,
    timeout: connectTimeoutMs,
  });
  return (options, callback) => {
    try {
      guard.checkName(options.hostname);
    } catch (error) {
      callback(error instanceof Error ? error : new Error('A guard throws errors.'), null);
      return;
    }
    connectTo(options, callback);
  };
}
