/** A sum over content that goes by, which can be taken up again at an earlier byte. */
import { createHash, type Hash } from 'node:crypto';

export interface Mark {
  /** How many bytes the sum is over. */
  readonly at: number;
  readonly sum: Hash;
}

/** A broken upload is read again from the last mark at most this far back, or a 256th of large ones. */
const leastDistance = 16 * 1024 * 1024;

export class RunningSum {
  readonly #distance: number;
  #marks: readonly Mark[] = [{ at: 0, sum: createHash('sha256') }];
  #sum: Hash = createHash('sha256');
  #at = 0;

  constructor(size: number) {
    this.#distance = Math.max(leastDistance, Math.ceil(size / 256));
  }

  get at(): number {
    return this.#at;
  }

  update(piece: Uint8Array): void {
    this.#sum.update(piece);
    this.#at += piece.length;
    const last = this.#marks.at(-1)?.at ?? 0;
    if (this.#at - last < this.#distance) return;
    this.#marks = [...this.#marks, { at: this.#at, sum: this.#sum.copy() }];
  }

  /** Goes back to the last mark that is not behind `at`, and returns where that is. */
  rewind(at: number): number {
    this.#marks = this.#marks.filter((mark, index) => index === 0 || mark.at <= at);
    const last = this.#marks.at(-1);
    this.#sum = last?.sum.copy() ?? createHash('sha256');
    this.#at = last?.at ?? 0;
    return this.#at;
  }

  /** Of all that went by. */
  digest(): string {
    return `sha256:${this.#sum.copy().digest('hex')}`;
  }
}
