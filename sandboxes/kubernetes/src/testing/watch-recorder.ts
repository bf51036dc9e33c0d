/** Collects what a watch tells, for tests that wait for it. */

import type { IncomingMessage } from 'node:http';

import { type ApiServer, open, readEvents, type WatchEvent } from './api-client.ts';

/** Begins to watch. Disposing of it ends the watch. */
export async function recordWatch(
  server: ApiServer,
  path: string,
  accept = 'application/json',
): Promise<WatchRecorder> {
  const abort = new AbortController();
  const question = { method: 'GET', path, headers: { accept }, signal: abort.signal };
  return new WatchRecorder(await open(server, question), abort);
}

export class WatchRecorder implements AsyncDisposable {
  readonly events: WatchEvent[] = [];
  readonly status: number;
  readonly #abort: AbortController;
  readonly #done: Promise<void>;
  #ended = false;

  constructor(response: IncomingMessage, abort: AbortController) {
    this.status = response.statusCode ?? 0;
    this.#abort = abort;
    this.#done = this.#collect(response);
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Waits until so many have come, and returns them. */
  async take(count: number): Promise<readonly WatchEvent[]> {
    await waitUntil(() => this.events.length >= count || this.#ended);
    return this.events.slice(0, count);
  }

  /** Waits until the server has ended it. */
  async end(): Promise<void> {
    await this.#done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#done;
  }

  async #collect(response: IncomingMessage): Promise<void> {
    try {
      for await (const event of readEvents(response)) this.events.push(event);
    } catch {
      // A broken connection is one of the ways in which a watch ends.
    }
    this.#ended = true;
  }
}

/** Asks again and again, for ten seconds. */
export async function waitUntil(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('Waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Type, name and a member of the data, which is what most tests want to know. */
export function summarise({ type, object }: WatchEvent): string {
  if (type === 'ERROR') return `ERROR ${object.code} ${object.reason}`;
  if (type === 'BOOKMARK') return 'BOOKMARK';
  const value = object.data?.['x'] ?? '';
  return `${type} ${object.metadata.name}${value === '' ? '' : `=${value}`}`;
}
