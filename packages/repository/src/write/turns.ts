/**
 * Lets work on one subject, such as a repository, take turns in the order of asking: whoever reads a record
 * or a branch and writes what follows from it must not do so beside somebody else.
 */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /**
   * Answers, or rejects, as `work` does. What went wrong in an earlier turn is no matter. `work` must not take
   * a turn of its own subject: it would wait for itself.
   */
  async take<T>(subject: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(subject) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#last.set(subject, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(subject) === turn) this.#last.delete(subject);
    }
  }

  /** Waits for all that is under way, however it ends. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#last.values());
  }
}
