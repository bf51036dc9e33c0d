/**
 * Sends calls to one API server over few connections that stay open.
 *
 * Not by a library, see docs/decisions/004: an apply is a thousand short calls, each of which costs
 * this process less than half as much.
 */
import { CallConnection, type Endpoint } from './call-connection.ts';
import type { Call, Calls, Exchanged } from './exchange.ts';
import { onAbort } from './on-abort.ts';

export interface CallPoolOptions extends Endpoint {
  /** Open at once. Calls beyond that wait. */
  readonly connections: number;
}

/** A call that has no answer yet. */
interface Pending {
  readonly text: string;
  readonly resolve: (exchanged: Exchanged) => void;
  readonly reject: (error: unknown) => void;
  /** On which it is on its way. */
  connection: CallConnection | undefined;
}

/** Opens its connections as they are needed. */
export class CallPool implements Calls {
  readonly #options: CallPoolOptions;
  readonly #open = new Set<CallConnection>();
  /** The one that was used last is used next, so that the others go to sleep. */
  readonly #free: CallConnection[] = [];
  readonly #waiting: Pending[] = [];
  #session: Buffer | undefined;
  #closing: PromiseWithResolvers<void> | undefined;

  constructor(options: CallPoolOptions) {
    this.#options = options;
  }

  call(call: Call, signal: AbortSignal): Promise<Exchanged> {
    if (signal.aborted) return Promise.reject(toError(signal.reason));
    if (this.#closing) return Promise.reject(closed());
    const { promise, resolve, reject } = Promise.withResolvers<Exchanged>();
    const forget = onAbort(signal, () => this.#giveUp(pending, toError(signal.reason)));
    const pending: Pending = {
      text: formatCall(call, this.#options.server.host),
      connection: undefined,
      resolve(exchanged) {
        forget();
        resolve(exchanged);
      },
      reject(error) {
        forget();
        reject(error);
      },
    };
    this.#start(pending);
    return promise;
  }

  close(): Promise<void> {
    this.#closing ??= Promise.withResolvers();
    this.#settle();
    return this.#closing.promise;
  }

  destroy(): Promise<void> {
    const ended = this.close();
    for (const pending of this.#waiting.splice(0)) pending.reject(closed());
    for (const connection of [...this.#open]) connection.destroy(closed());
    return ended;
  }

  #start(pending: Pending): void {
    const connection = this.#free.pop() ?? this.#openAnother();
    if (connection) send(pending, connection);
    else this.#waiting.push(pending);
  }

  #openAnother(): CallConnection | undefined {
    if (this.#open.size >= this.#options.connections) return undefined;
    const connection = new CallConnection(this.#options, this.#session, {
      onFree: () => this.#reuse(connection),
      onGone: () => this.#remove(connection),
      onSession: (session) => {
        this.#session = session;
      },
    });
    this.#open.add(connection);
    return connection;
  }

  #reuse(connection: CallConnection): void {
    const next = this.#waiting.shift();
    if (next) {
      send(next, connection);
    } else {
      this.#free.push(connection);
      this.#settle();
    }
  }

  #remove(connection: CallConnection): void {
    this.#open.delete(connection);
    const index = this.#free.indexOf(connection);
    if (index >= 0) this.#free.splice(index, 1);
    const next = this.#waiting.shift();
    if (next) this.#start(next);
    this.#settle();
  }

  /** Who closes waits for what is on its way, not for connections that lie idle. */
  #settle(): void {
    if (!this.#closing) return;
    for (const connection of this.#free.splice(0)) connection.destroy(closed());
    if (this.#open.size === 0) this.#closing.resolve();
  }

  #giveUp(pending: Pending, reason: Error): void {
    const index = this.#waiting.indexOf(pending);
    if (index >= 0) this.#waiting.splice(index, 1);
    pending.reject(reason);
    // Its answer would be that of the next one.
    pending.connection?.destroy(reason);
  }
}

function send(pending: Pending, connection: CallConnection): void {
  pending.connection = connection;
  connection.ask(pending);
}

function closed(): Error {
  return new Error('The connection was closed.');
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('The request was given up.');
}

/** @throws Error when a part of it would end the line that it stands in. */
export function formatCall({ method, path, headers, body }: Call, host: string): string {
  if (!/^[!-~]+$/.test(path)) throw new Error('A path with a character that paths have not.');
  const lines = [`${method} ${path} HTTP/1.1`, `host: ${host}`];
  for (const [name, value] of Object.entries(headers)) {
    for (const one of typeof value === 'string' ? [value] : value) {
      if (!/^[\t -~]*$/.test(one)) throw new Error(`${name}: a header with a control character`);
      lines.push(`${name}: ${one}`);
    }
  }
  if (body === undefined) return `${lines.join('\r\n')}\r\n\r\n`;
  return `${lines.join('\r\n')}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
