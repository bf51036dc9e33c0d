import { HttpProblem } from '../http-problem.ts';

/** More than people have windows; each costs a connection and a reader of the store. */
const mostStreams = 1000;

/** The streams that are open, so that their number is bounded and the server can end them. */
export class OpenStreams {
  readonly #open = new Set<AbortController>();
  #closed = false;

  get count(): number {
    return this.#open.size;
  }

  /** Counts until it aborts. @throws HttpProblem `TOO_MANY_STREAMS`. */
  add(): AbortController {
    if (this.#closed || this.#open.size >= mostStreams) {
      throw new HttpProblem('TOO_MANY_STREAMS', 'No further stream can be opened at present.');
    }
    const stream = new AbortController();
    this.#open.add(stream);
    stream.signal.addEventListener('abort', () => this.#open.delete(stream), { once: true });
    return stream;
  }

  /** Ends all of them, and lets none in any more. */
  close(): void {
    this.#closed = true;
    for (const stream of this.#open) stream.abort(new Error('the server is stopping'));
  }
}
