/**
 * HTTP to the outside.
 *
 * O1. No connection is made to an address that the guard did not judge (`AddressGuard`).
 * O2. Credentials go to the origin that they were given for, and to no other.
 * O3. Everything is bounded: time, size, redirections, repetitions.
 * O4. No error names more of a URL than its host: paths and queries hold tokens often enough.
 */
import { setTimeout as delay } from 'node:timers/promises';

import { StalledError } from '@trueup/diagnostics';

import {
  type AddressGuard,
  type AddressRules,
  createAddressGuard,
  type ResolveHost,
} from './address-guard.ts';
import { readAll } from './decode-body.ts';
import { createDispatchers, type ProxyRoute } from './dispatchers.ts';
import { type Call, exchange } from './exchange.ts';
import { exchangeLarge } from './large/exchange-large.ts';
import {
  isPieceBody,
  type OutboundLimits,
  type OutboundRequest,
  type OutboundResponse,
  type OutboundStream,
} from './outbound-request.ts';
import { followRedirection, type Hop, isRedirection, toFirstHop } from './redirection.ts';
import { repeat } from './repeat.ts';

export interface OutboundOptions {
  /** Only public addresses when absent. */
  readonly addresses?: AddressRules;
  readonly proxy?: ProxyRoute;
  /** Authorities trusted besides the system's, each a PEM text. */
  readonly certificates?: readonly string[];
  /** Defaults for every request. */
  readonly limits?: Partial<OutboundLimits>;
  /** Connections to one origin at most. 16 when absent. */
  readonly connections?: number;
  readonly userAgent?: string;
  /** The system's when absent. */
  readonly resolveHost?: ResolveHost;
  /** Between 0 and 1, for the jitter. */
  readonly random?: () => number;
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Disposing it closes all connections; what is still open rejects. */
export interface Outbound extends AsyncDisposable {
  /** Which addresses may be connected to, for those who connect by other means (git, ssh). */
  readonly guard: AddressGuard;
  /**
   * Sends a request and reads the answer. Repeats it, where it may, after failures of the
   * connection and after 429, 502, 503 and 504; the last such answer is returned.
   *
   * Rejects with the signal's reason, with a {@link TransientError} (`OUTBOUND_UNREACHABLE`,
   * `OUTBOUND_HOST_UNKNOWN`, `OUTBOUND_TIMED_OUT`, `OUTBOUND_RESPONSE_BROKEN`,
   * `OUTBOUND_PROXY_REFUSED`) or a {@link StalledError} (`OUTBOUND_ADDRESS_REFUSED`,
   * `OUTBOUND_CERTIFICATE_REFUSED`, `OUTBOUND_REDIRECTION_REFUSED`, `OUTBOUND_RESPONSE_TOO_LONG`,
   * `OUTBOUND_URL_REFUSED`).
   */
  request(request: OutboundRequest, signal: AbortSignal): Promise<OutboundResponse>;
  /** The same for answers that are read piece by piece; repeated only until the body begins. */
  open(request: OutboundRequest, signal: AbortSignal): Promise<OutboundStream>;
}

const defaultLimits: OutboundLimits = {
  timeoutMs: 30_000,
  responseBytes: 16 * 1024 * 1024,
  redirections: 5,
  attempts: 3,
};

export function createOutbound(options: OutboundOptions = {}): Outbound {
  const guard = createAddressGuard(options.addresses ?? {}, options.resolveHost);
  const dispatchers = createDispatchers({ ...options, guard });
  const random = options.random ?? Math.random;
  const wait = options.wait ?? ((ms, signal) => delay(ms, undefined, { signal }));

  async function send<T extends OutboundResponse | OutboundStream>(
    request: OutboundRequest,
    signal: AbortSignal,
    receive: (stream: OutboundStream) => Promise<T>,
  ): Promise<T> {
    const limits = { ...defaultLimits, ...options.limits, ...request.limits };
    const first = toFirstHop(request, options.userAgent ?? 'trueup');
    const deadline = AbortSignal.timeout(limits.timeoutMs);
    const call = { limits, signal, deadline, dispatchers };

    async function visit(hop: Hop, redirectionsLeft: number): Promise<T> {
      checkVisit(hop.url, request);
      return await accept(hop, await ask(hop, call, request), redirectionsLeft);
    }
    async function accept(hop: Hop, stream: OutboundStream, redirectionsLeft: number): Promise<T> {
      if (!isRedirection(stream) || !follows(request)) return await receive(stream);
      await stream[Symbol.asyncDispose]();
      const next = followRedirection(hop, stream, redirectionsLeft);
      return await visit(next, redirectionsLeft - 1);
    }
    const attempts = isRepeatable(request) ? limits.attempts : 1;
    const host = first.url.hostname;
    return await repeat(() => visit(first, limits.redirections), {
      attempts,
      random,
      wait,
      signal,
      deadline,
      host,
    });
  }

  return {
    guard,
    request: (request, signal) => send(request, signal, readAll),
    open: (request, signal) => send(request, signal, async (stream) => stream),
    [Symbol.asyncDispose]: () => dispatchers.close(),
  };
}

function checkVisit(url: URL, { mayVisit }: OutboundRequest): void {
  if (mayVisit && !mayVisit(url)) {
    const message = `${url.hostname}: not asked: the host is not among those that are allowed`;
    throw new StalledError('OUTBOUND_URL_REFUSED', message, url.hostname);
  }
}

async function ask(hop: Hop, call: Call, { large = false }: OutboundRequest) {
  return (large ? await exchangeLarge(hop, call) : undefined) ?? (await exchange(hop, call));
}

function follows({ redirections, body }: OutboundRequest): boolean {
  return redirections !== 'return' && !isPieceBody(body);
}

function isRepeatable({ method = 'GET', repeatable, body }: OutboundRequest): boolean {
  if (isPieceBody(body)) return false;
  return repeatable ?? !['POST', 'PATCH'].includes(method);
}
