/**
 * Finds many patterns in one reading. Of each position, three characters point into a small bitmap;
 * where it says "maybe", the beginning of fixed length points to the few patterns that begin so.
 * An automaton would need a table as large as all patterns together, and keys are long.
 */
export class PatternIndex {
  readonly #bitmap = new Uint8Array(bitmapSize);
  /** By their beginning, the longest first. */
  readonly #byBeginning: ReadonlyMap<string, readonly string[]>;
  /** Every text that is shorter than a beginning and that a pattern begins with. */
  readonly #openings: ReadonlySet<string>;
  readonly #longest: number;

  /** Patterns have at least {@link beginningLength} characters. */
  constructor(patterns: readonly string[]) {
    const sorted = [...new Set(patterns)].sort((a, b) => b.length - a.length);
    this.#byBeginning = Map.groupBy(sorted, (pattern) => pattern.slice(0, beginningLength));
    this.#longest = sorted[0]?.length ?? 0;
    const openings = new Set<string>();
    for (const beginning of this.#byBeginning.keys()) {
      this.#bitmap[bitOf(beginning, 0)] = 1;
      for (let end = 1; end < beginningLength; end += 1) openings.add(beginning.slice(0, end));
    }
    this.#openings = openings;
  }

  /**
   * From where to where the longest pattern goes, for each position before `end` where one begins.
   * It may go beyond `end`.
   */
  *find(text: string, end: number): Generator<readonly [from: number, to: number]> {
    if (this.#longest === 0) return;
    const last = Math.min(end, text.length - beginningLength + 1);
    for (let from = 0; from < last; from += 1) {
      if (this.#bitmap[bitOf(text, from)] === 0) continue;
      const pattern = this.#candidates(text, from).find((one) => text.startsWith(one, from));
      if (pattern !== undefined) yield [from, from + pattern.length];
    }
  }

  /**
   * The first position from which the text may go on to be a pattern, or a longer one; its length
   * when there is none.
   */
  findUndecided(text: string): number {
    for (let from = Math.max(text.length - this.#longest + 1, 0); from < text.length; from += 1) {
      if (this.#mayGoOn(text, from)) return from;
    }
    return text.length;
  }

  #mayGoOn(text: string, from: number): boolean {
    const length = text.length - from;
    if (length < beginningLength) return this.#openings.has(text.slice(from));
    if (this.#bitmap[bitOf(text, from)] === 0) return false;
    const rest = text.slice(from);
    return this.#candidates(text, from).some((one) => one.length > length && one.startsWith(rest));
  }

  #candidates(text: string, from: number): readonly string[] {
    return this.#byBeginning.get(text.slice(from, from + beginningLength)) ?? [];
  }
}

/** No pattern is shorter. Longer beginnings would tell patterns apart better, but exclude some. */
export const beginningLength = 6;

const bitmapSize = 2 ** 14;

function bitOf(text: string, at: number): number {
  const hash = text.charCodeAt(at) * 961 + text.charCodeAt(at + 2) * 31 + text.charCodeAt(at + 5);
  return hash & (bitmapSize - 1);
}
