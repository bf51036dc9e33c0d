import type { JsonObject } from '@trueup/diagnostics';

import { EngineGoneError } from '../containers-client.ts';

interface Reader {
  readonly lines: string[];
  wake: () => void;
  isCut: boolean;
}

/** The stream of events of an engine, for any number of readers. */
export class FakeEvents {
  readonly #readers = new Set<Reader>();
  #accepted = Promise.withResolvers<void>();

  get readers(): number {
    return this.#readers.size;
  }

  /** Resolves when somebody follows, at once if somebody does already. */
  async accepted(): Promise<void> {
    if (this.#readers.size === 0) await this.#accepted.promise;
  }

  push(event: JsonObject): void {
    this.say(JSON.stringify(event));
  }

  /** Whatever the line is. */
  say(line: string): void {
    for (const reader of this.#readers) {
      reader.lines.push(`${line}\n`);
      reader.wake();
    }
  }

  /** All connections end, as when an engine is restarted. */
  cut(): void {
    for (const reader of this.#readers) {
      reader.isCut = true;
      reader.wake();
    }
  }

  async *follow(signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    const reader: Reader = { lines: [], wake: () => undefined, isCut: false };
    this.#readers.add(reader);
    this.#accepted.resolve();
    this.#accepted = Promise.withResolvers<void>();
    const onAbort = (): void => reader.wake();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      for (;;) {
        signal.throwIfAborted();
        if (reader.isCut) throw new EngineGoneError('broken', 'ECONNRESET');
        const line = reader.lines.shift();
        if (line !== undefined) {
          yield Buffer.from(line);
          continue;
        }
        await new Promise<void>((resolve) => {
          reader.wake = resolve;
        });
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#readers.delete(reader);
    }
  }
}
