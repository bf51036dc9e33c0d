/**
 * Lets work on one subject take turns, in the order of asking: whoever reads a record and writes
 * what follows from it must not do so beside somebody else.
 */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Answers, or rejects, as `work` does. What went wrong in an earlier turn is no matter. */
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
}
