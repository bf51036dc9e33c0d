import { AbortList } from '../objects/abort-list.ts';

interface Round {
  readonly controller: AbortController;
  readonly done: Promise<void>;
  waiters: number;
}

/**
 * Work that happens once for all who ask for it while it has not begun, and never twice at a time.
 * Whoever asks gets a round that began after the question.
 */
export class SharedWork implements AsyncDisposable {
  readonly #work: (signal: AbortSignal) => Promise<void>;
  readonly #aborts = new AbortList();
  #running: Promise<unknown> = Promise.resolve();
  #next: Round | undefined;
  readonly #rounds = new Set<Round>();

  constructor(work: (signal: AbortSignal) => Promise<void>) {
    this.#work = work;
  }

  /** Rejects as the work does, or with the signal's reason; the last one to leave aborts the work. */
  async run(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const round = this.#next ?? this.#enqueue();
    round.waiters += 1;
    try {
      await this.#aborts.race(round.done, signal);
    } catch (error) {
      round.waiters -= 1;
      if (round.waiters === 0) this.#leave(round, error);
      throw error;
    }
  }

  /** Aborts what runs, and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { controller } of this.#rounds)
      controller.abort(new Error('The mirror was closed.'));
    await this.#running;
  }

  #enqueue(): Round {
    const controller = new AbortController();
    const round: Round = { controller, done: this.#perform(controller, this.#running), waiters: 0 };
    this.#next = round;
    this.#rounds.add(round);
    this.#running = round.done.then(
      () => this.#rounds.delete(round),
      () => this.#rounds.delete(round),
    );
    return round;
  }

  async #perform(controller: AbortController, before: Promise<unknown>): Promise<void> {
    await before;
    if (this.#next?.controller === controller) this.#next = undefined;
    controller.signal.throwIfAborted();
    await this.#work(controller.signal);
  }

  #leave(round: Round, reason: unknown): void {
    // Nobody may join a round that is being given up.
    if (this.#next === round) this.#next = undefined;
    round.controller.abort(reason);
  }
}
