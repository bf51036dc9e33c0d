/**
 * How many git programs may serve clients at once. The others wait, in the order of asking; nobody has more
 * than their share of the places, so that one who asks for much keeps nobody out.
 */
export class GitSlots {
  #free: number;
  readonly #share: number;
  readonly #held = new Map<string, number>();
  readonly #waiting: Waiting[] = [];

  constructor(count: number) {
    this.#free = count;
    this.#share = Math.max(1, Math.ceil(count / 2));
  }

  /**
   * Answers with what gives the slot back, which may be called twice. Rejects with the signal's reason.
   * `who` is whose share it counts for.
   */
  async take(who: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#mayEnter(who)) this.#enter(who);
    else await this.#wait(who, signal);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#leave(who);
    };
  }

  #mayEnter(who: string): boolean {
    return this.#free > 0 && (this.#held.get(who) ?? 0) < this.#share;
  }

  #enter(who: string): void {
    this.#free -= 1;
    this.#held.set(who, (this.#held.get(who) ?? 0) + 1);
  }

  #leave(who: string): void {
    this.#free += 1;
    const left = (this.#held.get(who) ?? 1) - 1;
    if (left > 0) this.#held.set(who, left);
    else this.#held.delete(who);
    const next = this.#waiting.findIndex((one) => this.#mayEnter(one.who));
    const [entering] = next < 0 ? [] : this.#waiting.splice(next, 1);
    if (!entering) return;
    this.#enter(entering.who);
    entering.enter();
  }

  #wait(who: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        who,
        enter: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason);
      };
      this.#waiting.push(waiting);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}

interface Waiting {
  readonly who: string;
  readonly enter: () => void;
}
