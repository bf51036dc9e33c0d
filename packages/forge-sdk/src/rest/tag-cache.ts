/**
 * Answers that a forge need not send again while they are as they were. It is asked each time, so no
 * answer depends on what is kept here.
 */
import type { RestAnswer } from './rest-request.ts';

const mostEntries = 500;
const mostBytes = 32 * 1024 * 1024;
/** Large answers would push out many small ones, which are asked for far more often. */
const longestBody = 1024 * 1024;

export class TagCache {
  readonly #entries = new Map<string, RestAnswer>();
  #bytes = 0;

  /** What was answered the last time, with its tag in the header `etag`. */
  get(key: string): RestAnswer | undefined {
    return this.#entries.get(key);
  }

  put(key: string, answer: RestAnswer): void {
    this.#drop(key);
    if (!answer.headers.get('etag') || answer.body.length > longestBody) return;
    this.#entries.set(key, answer);
    this.#bytes += answer.body.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= mostEntries && this.#bytes <= mostBytes) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#entries.get(key)?.body.length ?? 0;
    this.#entries.delete(key);
  }
}
