/** Seeded chance: the same seed throws the same numbers on every machine. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, not including, `bound`. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(choices: readonly T[]): T {
    const at = this.below(choices.length);
    if (at >= choices.length) throw new Error('Nothing to pick from.');
    return choices[at] as T;
  }

  /** Some of the choices, each at most once, in any order. */
  some<T>(choices: readonly T[], atMost: number = choices.length): readonly T[] {
    const left = [...choices];
    const taken: T[] = [];
    for (let count = this.below(atMost + 1); count > 0 && left.length > 0; count -= 1) {
      taken.push(...left.splice(this.below(left.length), 1));
    }
    return taken;
  }

  shuffle<T>(all: readonly T[]): readonly T[] {
    const left = [...all];
    return all.flatMap(() => left.splice(this.below(left.length), 1));
  }
}
