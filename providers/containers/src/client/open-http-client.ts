/**
 * Speaks HTTP to one engine: by a socket of this machine, or by TLS with a certificate of ours.
 *
 * H1. Bodies and times are bounded: an engine that goes mad costs no more than one call.
 * H2. A call that was never sent is told apart from one without an answer: only the first is sure to
 *     have had no effect.
 * H3. What only reads is sent once more over a new connection when a kept one turns out to be dead, as
 *     all of them are after the engine was restarted.
 */
import {
  Agent,
  type AgentOptions,
  type ClientRequest,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { request as requestHttps, Agent as TlsAgent } from 'node:https';
import { TLSSocket } from 'node:tls';

import { type Json, readText } from '@trueup/diagnostics';

import {
  type ContainersClient,
  type EngineAnswer,
  type EngineCall,
  EngineGoneError,
} from '../containers-client.ts';
import type { TlsSettings } from '../settings/host-settings.ts';
import { toRefusal } from './describe-refusal.ts';
import type { TcpAddress, UnixAddress } from './parse-host-address.ts';
import { StaleConnectionError, toGone } from './to-gone.ts';

export interface HttpClientOptions {
  readonly address: UnixAddress | TcpAddress;
  /** Absent: without encryption. */
  readonly tls?: TlsSettings;
}

/** Newest API that our answers were read with; what it added later is not asked for where an engine allows. */
const newestVersion = 51;
/** Since Docker 19.03; older ones lack what a plan asks for. */
const oldestVersion = 40;
const defaultTimeoutMs = 30_000;
const maxJsonBytes = 32 * 1024 * 1024;
/** Inspections go side by side; an engine serialises most of them anyway. */
const maxSockets = 12;
const aliveMs = 30_000;

export function openHttpClient({ address, tls }: HttpClientOptions): ContainersClient {
  const pools = openPools(tls);
  const place = placeOf(address);
  let version: Promise<string | undefined> | undefined;

  function send(
    call: EngineCall,
    { prefix, agent }: Way,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const query = new URLSearchParams(call.query ?? {}).toString();
    const path = `${prefix}${call.path}${query === '' ? '' : `?${query}`}`;
    const body = encodeBody(call);
    const headers = { ...(body && bodyHeaders(call, body)), ...call.headers };
    const options = { ...place, agent, method: call.method, path, headers, signal };
    const open = (): ClientRequest => (tls ? requestHttps(options) : requestHttp(options));
    return transmit(open, body);
  }

  async function prefixOf(call: EngineCall, signal: AbortSignal): Promise<string> {
    if (call.unversioned) return '';
    const way = { prefix: '', agent: pools.calls };
    const ask: Ask = (path) => {
      const question = { method: 'GET', path } as const;
      return withRepetition(question, signal, (bounded) => send(question, way, bounded));
    };
    version ??= negotiate(ask).catch((error: unknown) => {
      version = undefined;
      if (!signal.aborted) throw error;
      // Who asked first gave up, the others did not.
      return undefined;
    });
    const prefix = await version;
    signal.throwIfAborted();
    return prefix ?? prefixOf(call, signal);
  }

  async function reach(
    call: EngineCall,
    agent: Agent,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    signal.throwIfAborted();
    const prefix = await prefixOf(call, signal);
    return withRepetition(call, signal, (bounded) => send(call, { prefix, agent }, bounded));
  }

  return {
    async call(call, signal) {
      const timeoutMs = call.timeoutMs ?? defaultTimeoutMs;
      const late = AbortSignal.timeout(timeoutMs);
      const bounded = AbortSignal.any([signal, late]);
      try {
        const response = await reach(call, pools.calls, bounded);
        return await readAnswer(response);
      } catch (error) {
        signal.throwIfAborted();
        throw late.aborted ? new EngineGoneError('timed-out', `${timeoutMs} ms`) : error;
      }
    },
    async *stream(call, signal) {
      const response = await reach(call, pools.streams, signal);
      const status = response.statusCode ?? 0;
      if (status >= 400) throw toRefusal(await readAnswer(response));
      // A machine that vanishes sends no end of the stream.
      response.socket.setKeepAlive(true, aliveMs);
      call.onAccepted?.();
      yield* readPieces(response, call.timeoutMs, signal);
    },
    async close() {
      pools.calls.destroy();
      pools.streams.destroy();
    },
  };
}

function placeOf(address: UnixAddress | TcpAddress) {
  if (address.kind === 'unix') return { socketPath: address.path, host: 'engine' };
  return { host: address.host.replace(/^\[|\]$/g, ''), port: address.port };
}

function minorOf(said: string | readonly string[] | undefined): number | undefined {
  const minor = /^1\.(\d{1,3})$/.exec(String(said))?.[1];
  return minor === undefined ? undefined : Number(minor);
}

type Ask = (path: string) => Promise<IncomingMessage>;

async function negotiate(ask: Ask): Promise<string> {
  const answer = await ask('/_ping');
  answer.resume();
  const newest = minorOf(answer.headers['api-version']) ?? newestVersion;
  if (newest <= newestVersion) return prefixFor(newest);
  const { body } = await readAnswer(await ask('/version'));
  return prefixFor(Math.max(newestVersion, minorOf(readText(body, 'MinAPIVersion')) ?? 0));
}

/**
 * The newest version of the API that both sides know. Engines drop old ones in time (Docker 29.0 all below
 * 1.44): of one that has dropped all that we know its oldest is asked for.
 */
function prefixFor(minor: number): string {
  if (minor < oldestVersion) throw new EngineGoneError('broken', `API 1.${minor}`);
  return `/v1.${minor}`;
}

interface Way {
  /** Of the path. */
  readonly prefix: string;
  readonly agent: Agent;
}

/** Streams last: among the connections of calls they would take the place of all of them. */
function openPools(tls: TlsSettings | undefined): {
  readonly calls: Agent;
  readonly streams: Agent;
} {
  const open = (pool: AgentOptions): Agent => (tls ? openTlsAgent(tls, pool) : new Agent(pool));
  return {
    calls: open({ keepAlive: true, maxSockets, timeout: 0 }),
    streams: open({ timeout: 0 }),
  };
}

function openTlsAgent({ serverName, ...identity }: TlsSettings, pool: AgentOptions): TlsAgent {
  const name = serverName === undefined ? {} : { servername: serverName };
  return new TlsAgent({ ...pool, ...identity, ...name, minVersion: 'TLSv1.2' });
}

function encodeBody({ body }: EngineCall): Uint8Array | undefined {
  if (body === undefined) return undefined;
  return body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body, writeDigits));
}

/** The engine's integers have 64 bits, JSON.stringify knows none of ours beyond 53. */
function writeDigits(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

function bodyHeaders({ body }: EngineCall, bytes: Uint8Array): Record<string, string> {
  const isArchive = body instanceof Uint8Array;
  return {
    'content-type': isArchive ? 'application/x-tar' : 'application/json',
    'content-length': String(bytes.byteLength),
  };
}

/** H2. Resolves with the head of the answer. */
function transmit(
  open: () => ClientRequest,
  body: Uint8Array | undefined,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  let isSent = false;
  const fail = (error: NodeJS.ErrnoException, isReused: boolean): void =>
    reject(isAbort(error) ? error : toGone(error, { isSent, isReused }));
  try {
    const request = open();
    request.on('socket', (socket) => {
      const connected = (): void => {
        isSent = true;
      };
      if (!socket.connecting) connected();
      else socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', connected);
    });
    request.on('response', resolve);
    request.on('error', (error) => fail(error, request.reusedSocket));
    request.end(body);
  } catch (error) {
    // A certificate or a key that is none shows before there is a connection.
    if (!(error instanceof Error)) throw error;
    fail(error, false);
  }
  return promise;
}

function isAbort(error: Error): boolean {
  return error.name === 'AbortError' || error.name === 'TimeoutError';
}

async function withRepetition(
  { method }: Pick<EngineCall, 'method'>,
  signal: AbortSignal,
  send: (signal: AbortSignal) => Promise<IncomingMessage>,
): Promise<IncomingMessage> {
  const mayRepeat = method === 'GET' || method === 'HEAD';
  try {
    return await send(signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!(mayRepeat && error instanceof StaleConnectionError)) throw error;
    return send(signal);
  }
}

async function readAnswer(response: IncomingMessage): Promise<EngineAnswer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of response) {
      const bytes: Uint8Array = piece;
      length += bytes.byteLength;
      // H1
      if (length > maxJsonBytes) throw new EngineGoneError('too-long', `${maxJsonBytes} bytes`);
      pieces.push(bytes);
    }
  } catch (error) {
    throw error instanceof EngineGoneError ? error : brokenOff(error);
  }
  const at = Date.parse(response.headers.date ?? '');
  return {
    status: response.statusCode ?? 0,
    body: parseJson(Buffer.concat(pieces).toString('utf8')),
    ...(Number.isFinite(at) && { at }),
  };
}

function brokenOff(error: unknown): unknown {
  if (!(error instanceof Error) || isAbort(error)) return error;
  return new EngineGoneError('broken', 'ECONNRESET');
}

function parseJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

async function* readPieces(
  response: IncomingMessage,
  silentMs: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  let isSilent = false;
  if (silentMs !== undefined) {
    response.setTimeout(silentMs, () => {
      isSilent = true;
      response.destroy();
    });
  }
  try {
    for await (const piece of response) {
      const bytes: Uint8Array = piece;
      yield bytes;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw isSilent ? new EngineGoneError('timed-out', `${silentMs} ms`) : brokenOff(error);
  } finally {
    response.destroy();
  }
  signal.throwIfAborted();
  if (isSilent) throw new EngineGoneError('timed-out', `${silentMs} ms`);
}
