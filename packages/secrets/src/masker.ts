/**
 * Masks secrets by value in any text (P5): what programs, servers and workloads print is not ours,
 * and may repeat what they were given.
 *
 * Every occurrence goes, overlapping ones included; what they cover together becomes one mask.
 * A text is read once, whatever the number of secrets.
 */
import { PatternIndex } from './pattern-index.ts';
import { listSecretForms, shortestMasked } from './secret-forms.ts';

export interface Masker {
  mask(text: string): string;
  /** For a text that comes in pieces, wherever it is cut. */
  stream(): MaskStream;
  /**
   * How many of the given values are too short to be masked. Worth a warning to whoever set them.
   */
  readonly ignored: number;
}

export interface MaskStream {
  /** What may be shown so far. Only what may still turn out to be a secret is held back. */
  push(chunk: string): string;
  /** What was held back. The stream ends with it. */
  end(): string;
}

/** Masks these values, and their base64, URL and JSON forms. */
export function createMasker(values: readonly string[]): Masker {
  const patterns = new PatternIndex(values.flatMap(listSecretForms));
  const stream = (): MaskStream => new Scanner(patterns);
  return {
    mask(text) {
      const scanner = stream();
      return scanner.push(text) + scanner.end();
    },
    stream,
    ignored: values.filter((value) => value.length < shortestMasked).length,
  };
}

/** Shorter than any secret that is masked, so that a mask never looks like one. */
const maskText = '***';

class Scanner implements MaskStream {
  readonly #patterns: PatternIndex;
  #held = '';
  /** How much of the held text's beginning belongs to a mask that was shown already. */
  #covered = 0;

  constructor(patterns: PatternIndex) {
    this.#patterns = patterns;
  }

  push(chunk: string): string {
    const text = this.#held + chunk;
    return this.#show(text, this.#patterns.findUndecided(text));
  }

  end(): string {
    return this.#show(this.#held, this.#held.length);
  }

  /** Shows the text up to `end`, and holds the rest. */
  #show(text: string, end: number): string {
    const shown: string[] = [];
    // Up to where the text is shown or masked.
    let done = this.#covered;
    for (const [from, to] of this.#patterns.find(text, end)) {
      if (from >= done) shown.push(text.slice(done, from), maskText);
      done = Math.max(done, to);
    }
    if (done < end) shown.push(text.slice(done, end));
    this.#held = text.slice(end);
    this.#covered = Math.max(done - end, 0);
    return shown.join('');
  }
}
