import type { Budget } from '../settle-value.ts';

/** Made once: nobody reads where it was thrown. Caught by `readPlainDocument` alone. */
export const notPlain: Error = new Error('not written plainly');

export const newline = 0x0a;
export const space = 0x20;
export const hash = 0x23;
export const dash = 0x2d;
export const colon = 0x3a;

/** Where the reader stands: before the content of a line, or within it. */
export class PlainCursor {
  readonly text: string;
  /** Offset of the next character to read. */
  at = 0;
  /** How far the content of this line is indented; -1 behind the last one. */
  indent = 0;
  /** Objects and lists around this place. */
  depth = 0;
  readonly #budget: Budget;

  constructor(text: string, budget: Budget) {
    this.text = text;
    this.#budget = budget;
  }

  code(offset = 0): number {
    return this.text.charCodeAt(this.at + offset);
  }

  /** Goes to the content of the next line that has any. */
  skipLine(): void {
    this.at = this.text.indexOf('\n', this.at) + 1;
    this.findContent();
  }

  /** From the beginning of a line on. */
  findContent(): void {
    while (this.at < this.text.length) {
      const start = this.at;
      this.skipSpaces();
      const code = this.code();
      if (code !== newline && code !== hash) {
        this.indent = this.at - start;
        return;
      }
      this.at = this.text.indexOf('\n', this.at) + 1;
    }
    this.indent = -1;
  }

  skipSpaces(): void {
    while (this.code() === space) this.at += 1;
  }

  /** A dash by itself. */
  isItem(): boolean {
    return this.code() === dash && isBlank(this.code(1));
  }

  /** Counts values as the parser's are, long texts as several. */
  count(nodes: number): void {
    this.#budget.nodes -= nodes;
    if (this.#budget.nodes < 0) throw notPlain;
  }

  countText(text: string): string {
    this.count(text.length >> 6);
    return text;
  }

  enter(): void {
    this.count(1);
    this.depth += 1;
    if (this.depth > this.#budget.maxDepth) throw notPlain;
  }

  leave(): void {
    this.depth -= 1;
  }
}

export function isBlank(code: number): boolean {
  return code === space || code === newline;
}
