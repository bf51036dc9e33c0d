/**
 * Fills variables into texts, in every form that compose knows: `$NAME`, `${NAME}`, `:-` and `-` for
 * defaults, `:?` and `?` for what has to be there, `:+` and `+` for what takes its place, `$$` for a
 * dollar, each within each other.
 */

export type Lookup = (name: string) => string | undefined;

export interface Interpolated {
  readonly text: string;
  /** In words that repeat no value. */
  readonly problems: readonly InterpolationProblem[];
}

export type InterpolationProblem =
  /** Nothing stands for it, so that it is empty. */
  | { readonly kind: 'unset'; readonly name: string }
  /** It has to be set; `message` stands in the file. */
  | { readonly kind: 'required'; readonly name: string; readonly message: string }
  | { readonly kind: 'malformed' };

/** Pure, and never throws. */
export function interpolate(text: string, lookup: Lookup): Interpolated {
  if (!text.includes('$')) return { text, problems: [] };
  const reader = new Reader(text, lookup);
  const filled = reader.read(0);
  return { text: filled, problems: reader.problems };
}

const namePattern = /[A-Za-z_]\w*/y;
const operatorPattern = /:?[-?+]/y;
/** Nobody nests deeper than a handful. */
const deepest = 32;

class Reader {
  readonly problems: InterpolationProblem[] = [];
  readonly #text: string;
  readonly #lookup: Lookup;
  #at = 0;

  constructor(text: string, lookup: Lookup) {
    this.#text = text;
    this.#lookup = lookup;
  }

  /** Up to the end of the text, or to the brace that closes the surrounding variable. */
  read(depth: number): string {
    let out = '';
    while (this.#at < this.#text.length) {
      const char = this.#text.charAt(this.#at);
      if (depth > 0 && char === '}') return out;
      if (char !== '$') {
        out += char;
        this.#at += 1;
        continue;
      }
      this.#at += 1;
      out += this.#variable(depth);
    }
    return out;
  }

  #variable(depth: number): string {
    const next = this.#text.charAt(this.#at);
    if (next === '$') {
      this.#at += 1;
      return '$';
    }
    if (next === '{' && depth < deepest) {
      this.#at += 1;
      return this.#braced(depth);
    }
    const name = this.#take(namePattern);
    return name === undefined ? this.#malformed('$') : this.#value(name);
  }

  #braced(depth: number): string {
    const name = this.#take(namePattern);
    if (name === undefined) return this.#malformed('${');
    const operator = this.#take(operatorPattern);
    // What is not used is not asked for either, so its own problems do not count.
    const before = this.problems.length;
    const word = operator === undefined ? '' : this.read(depth + 1);
    const inner = this.problems.splice(before);
    if (this.#text.charAt(this.#at) !== '}') return this.#malformed('');
    this.#at += 1;
    return this.#resolve({ name, operator, word, inner });
  }

  #resolve({ name, operator, word, inner }: Braced): string {
    if (operator === undefined) return this.#value(name);
    const value = this.#lookup(name);
    const isThere = operator.startsWith(':')
      ? value !== undefined && value !== ''
      : value !== undefined;
    const useWord = (): string => {
      this.problems.push(...inner);
      return word;
    };
    switch (operator.at(-1)) {
      case '+':
        return isThere ? useWord() : '';
      case '?':
        if (isThere) return value ?? '';
        this.problems.push({ kind: 'required', name, message: word });
        return '';
      default:
        return isThere ? (value ?? '') : useWord();
    }
  }

  #value(name: string): string {
    const value = this.#lookup(name);
    if (value === undefined) this.problems.push({ kind: 'unset', name });
    return value ?? '';
  }

  #malformed(text: string): string {
    this.problems.push({ kind: 'malformed' });
    return text;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

interface Braced {
  readonly name: string;
  readonly operator: string | undefined;
  readonly word: string;
  readonly inner: readonly InterpolationProblem[];
}
