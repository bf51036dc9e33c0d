/**
 * Lets work on one repository take turns, in the order of asking: whoever reads a record or a branch and
 * writes what follows from it must not do so beside somebody else.
 */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Answers, or rejects, as `work` does. It must not take a turn of its own subject. */
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

  /** Waits for all that is under way. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#last.values());
  }
}
