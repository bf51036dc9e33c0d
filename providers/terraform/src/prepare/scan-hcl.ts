/**
 * Reads the outline of a file in Terraform's own language: which blocks and attributes there are, and
 * where. Expressions are not understood; what they refer to is looked for in their text.
 *
 * It never fails: what is no HCL gives a shorter outline, and the tool says what is wrong with it.
 */

export interface Attribute {
  readonly name: string;
  readonly line: number;
  readonly column: number;
  /** Its expression, as written. */
  readonly text: string;
}

export interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  readonly line: number;
  readonly column: number;
  readonly attributes: readonly Attribute[];
  readonly blocks: readonly Block[];
  /** All between its braces. */
  readonly text: string;
}

export type Outline = Pick<Block, 'attributes' | 'blocks'>;

export function scanHcl(text: string): Outline {
  return new Scanner(text).body(0);
}

/** Nothing that people write is nested deeper. */
const deepest = 60;

class Scanner {
  readonly #text: string;
  #at = 0;
  #line = 1;
  #lineStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Until the brace that closes it, or the end of the text. */
  body(depth: number): Outline {
    const attributes: Attribute[] = [];
    const blocks: Block[] = [];
    while (this.#skipTo(/[\w"}]/)) {
      if (this.#peek() === '}') break;
      const line = this.#line;
      const column = this.#at - this.#lineStart + 1;
      const name = this.#word();
      if (name === '') {
        this.#step();
        continue;
      }
      const labels = this.#labels();
      const next = this.#peek();
      if (next === '=' && labels.length === 0) {
        this.#step();
        attributes.push({ name, line, column, text: this.#expression() });
      } else if (next === '{' && depth < deepest) {
        this.#step();
        const from = this.#at;
        const inner = this.body(depth + 1);
        const text = this.#text.slice(from, this.#at);
        this.#step();
        blocks.push({ type: name, labels, line, column, text, ...inner });
      }
    }
    return { attributes, blocks };
  }

  /** Moves to the next character of a body, past comments. */
  #skipTo(wanted: RegExp): boolean {
    while (this.#at < this.#text.length) {
      if (this.#skipComment()) continue;
      if (wanted.test(this.#peek())) return true;
      this.#step();
    }
    return false;
  }

  #labels(): readonly string[] {
    const labels: string[] = [];
    for (;;) {
      this.#blanks();
      if (this.#peek() === '"') labels.push(this.#string());
      else if (/[A-Za-z_]/.test(this.#peek())) labels.push(this.#word());
      else return labels;
    }
  }

  #word(): string {
    const from = this.#at;
    while (/[\w-]/.test(this.#peek())) this.#step();
    return this.#text.slice(from, this.#at);
  }

  /** Until the end of the line, at no depth of brackets. */
  #expression(): string {
    const from = this.#at;
    let depth = 0;
    while (this.#at < this.#text.length) {
      const at = this.#at;
      const char = this.#peek();
      const isEnd = depth === 0 && ')]}\n'.includes(char);
      if (isEnd || (this.#skipWhole(char) && depth === 0 && this.#text[this.#at - 1] === '\n'))
        break;
      // What was no whole is one character.
      if (this.#at > at) continue;
      depth += depthOf(char);
      this.#step();
    }
    return this.#text.slice(from, this.#at).trim();
  }

  /** A comment, a heredoc or a string. */
  #skipWhole(char: string): boolean {
    if (this.#skipComment() || (char === '<' && this.#heredoc())) return true;
    if (char === '"') this.#string();
    return false;
  }

  /** What stands in its quotes; templates within it may hold quotes of their own. */
  #string(): string {
    this.#step();
    const from = this.#at;
    while (this.#at < this.#text.length && !'"\n'.includes(this.#peek())) {
      if (this.#peek() === '\\') this.#advance(2);
      else if (/^[$%]\{/.test(this.#text.slice(this.#at, this.#at + 2))) this.#template();
      else this.#step();
    }
    const text = this.#text.slice(from, this.#at);
    if (this.#peek() === '"') this.#step();
    return text;
  }

  #template(): void {
    this.#advance(2);
    let depth = 1;
    while (this.#at < this.#text.length && depth > 0) {
      const char = this.#peek();
      if (char === '"') {
        this.#string();
        continue;
      }
      if (char === '{') depth += 1;
      if (char === '}') depth -= 1;
      this.#step();
    }
  }

  #heredoc(): boolean {
    const mark = /^<<[-~]?(\w+)[^\n]*\n/.exec(this.#text.slice(this.#at, this.#at + 200));
    if (!mark) return false;
    this.#advance(mark[0].length);
    while (this.#at < this.#text.length) {
      const end = this.#text.indexOf('\n', this.#at);
      const line = this.#text.slice(this.#at, end === -1 ? undefined : end);
      this.#advance(line.length + (end === -1 ? 0 : 1));
      if (line.trim() === mark[1]) break;
    }
    return true;
  }

  #skipComment(): boolean {
    const two = this.#text.slice(this.#at, this.#at + 2);
    if (two === '/*') {
      const end = this.#text.indexOf('*/', this.#at + 2);
      this.#advance((end === -1 ? this.#text.length : end + 2) - this.#at);
      return true;
    }
    if (two !== '//' && !two.startsWith('#')) return false;
    const end = this.#text.indexOf('\n', this.#at);
    this.#advance((end === -1 ? this.#text.length : end + 1) - this.#at);
    return true;
  }

  #blanks(): void {
    while (this.#peek() === ' ' || this.#peek() === '\t') this.#step();
  }

  #peek(): string {
    return this.#text[this.#at] ?? '';
  }

  #advance(count: number): void {
    for (let left = count; left > 0; left -= 1) this.#step();
  }

  #step(): void {
    if (this.#peek() === '\n') {
      this.#line += 1;
      this.#lineStart = this.#at + 1;
    }
    this.#at += 1;
  }
}

function depthOf(char: string): number {
  if ('([{'.includes(char)) return 1;
  return ')]}'.includes(char) ? -1 : 0;
}
