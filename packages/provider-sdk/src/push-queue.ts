/**
 * Turns pushes into a stream for one reader. What was pushed before an end or a failure is still
 * read, as an answer that left the target is not unsaid by what happens next.
 */
export class PushQueue<T> implements AsyncIterable<T> {
  #items: T[] = [];
  #end: { readonly error?: unknown } | undefined;
  #wake: () => void = () => undefined;

  push(item: T): void {
    this.#items.push(item);
    this.#wake();
  }

  /** Only the first end counts. */
  end(): void {
    this.#end ??= {};
    this.#wake();
  }

  /** The stream rejects with `error` once everything pushed has been read. */
  fail(error: unknown): void {
    this.#end ??= { error };
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    while (true) {
      if (this.#items.length > 0) {
        // All at once: taking them one by one off a long list costs its length each time.
        const items = this.#items;
        this.#items = [];
        yield* items;
        continue;
      }
      if (this.#end) {
        if ('error' in this.#end) throw this.#end.error;
        return;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
