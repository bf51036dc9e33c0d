/** One connection to an API server, for one request at a time. */
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectSecured, type TLSSocket } from 'node:tls';

import { AnswerReader } from './answer-reader.ts';
import type { Exchanged } from './exchange.ts';

export interface Endpoint {
  readonly server: URL;
  /** Absent: not encrypted. */
  readonly secured?: Secured;
  readonly connectTimeoutMs: number;
  /** How long an answer may pause, its beginning included. */
  readonly answerTimeoutMs: number;
  /** How long a connection may lie idle. */
  readonly idleMs: number;
}

export type Secured = Pick<
  ConnectionOptions,
  'rejectUnauthorized' | 'secureContext' | 'servername'
>;

/** The connection failed. A `code` of its own or of the operating system says how. */
export class BrokenConnectionError extends Error {
  override readonly name = 'BrokenConnectionError';
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

export interface ConnectionEvents {
  /** It can take the next request. */
  readonly onFree: (connection: CallConnection) => void;
  /** It can take none any more. */
  readonly onGone: (connection: CallConnection) => void;
  /** Saves the next connection half of its handshake. */
  readonly onSession: (session: Buffer) => void;
}

export interface Asked {
  /** Head and body, as they go out. */
  readonly text: string;
  readonly resolve: (exchanged: Exchanged) => void;
  readonly reject: (error: unknown) => void;
}

interface Asking {
  readonly asked: Asked;
  readonly reader: AnswerReader;
  /** Milliseconds of `performance.now`, of the last sign of life. */
  heardAt: number;
}

export class CallConnection {
  readonly #socket: Socket;
  readonly #endpoint: Endpoint;
  readonly #events: ConnectionEvents;
  #asking: Asking | undefined;
  #isOpen = false;
  #isGone = false;

  constructor(endpoint: Endpoint, session: Buffer | undefined, events: ConnectionEvents) {
    this.#endpoint = endpoint;
    this.#events = events;
    this.#socket = open(endpoint, session);
    this.#listen();
  }

  /** Sends one request. Nobody else may be asking. */
  ask(asked: Asked): void {
    this.#asking = { asked, reader: new AnswerReader(), heardAt: performance.now() };
    this.#socket.ref();
    this.#socket.write(asked.text, 'utf8');
  }

  /** Ends it, and what is on its way with this error. */
  destroy(error: unknown): void {
    this.#fail(error);
  }

  #listen(): void {
    const socket = this.#socket;
    socket.setNoDelay(true);
    socket.on(this.#endpoint.secured ? 'secureConnect' : 'connect', () => {
      this.#isOpen = true;
      socket.setTimeout(Math.min(this.#endpoint.idleMs, this.#endpoint.answerTimeoutMs));
    });
    socket.on('session', (session: Buffer) => this.#events.onSession(session));
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('end', () => this.#end());
    socket.on('timeout', () => this.#onSilence());
    socket.on('error', (error: NodeJS.ErrnoException) => this.#fail(error));
    socket.on('close', () => this.#fail(new BrokenConnectionError('ECONNRESET')));
    socket.setTimeout(this.#endpoint.connectTimeoutMs);
  }

  #take(chunk: Buffer): void {
    const asking = this.#asking;
    // A server that says something unasked is about to close.
    if (!asking) {
      this.#leave();
      return;
    }
    asking.heardAt = performance.now();
    try {
      if (asking.reader.take(chunk)) this.#finish(asking);
    } catch (error) {
      this.#fail(error);
    }
  }

  #end(): void {
    const asking = this.#asking;
    if (asking?.reader.end()) this.#finish(asking);
    else this.#fail(new BrokenConnectionError('ECONNRESET'));
  }

  #finish({ asked, reader }: Asking): void {
    this.#asking = undefined;
    // Before its caller goes on: that may ask again at once.
    if (reader.mayStay) {
      this.#socket.unref();
      this.#events.onFree(this);
    } else {
      this.#leave();
    }
    asked.resolve(reader.answer);
  }

  #onSilence(): void {
    const asking = this.#asking;
    if (!this.#isOpen) {
      this.#fail(new BrokenConnectionError('CONNECT_TIMEOUT'));
    } else if (asking) {
      const leftMs = this.#endpoint.answerTimeoutMs - (performance.now() - asking.heardAt);
      if (leftMs > 0) this.#socket.setTimeout(leftMs);
      else this.#fail(new BrokenConnectionError('ANSWER_TIMEOUT'));
    } else {
      this.#leave();
    }
  }

  #fail(error: unknown): void {
    const asking = this.#asking;
    this.#asking = undefined;
    this.#leave();
    asking?.asked.reject(error);
  }

  #leave(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#socket.destroy();
    this.#events.onGone(this);
  }
}

function open({ server, secured }: Endpoint, session: Buffer | undefined): Socket | TLSSocket {
  const host = server.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = Number(server.port || (secured ? 443 : 80));
  if (!secured) return connectPlain({ host, port });
  return connectSecured({
    host,
    port,
    // Names only: an address has none to show.
    ...(isIP(host) === 0 && { servername: host }),
    ...secured,
    ALPNProtocols: ['http/1.1'],
    ...(session && { session }),
  });
}
