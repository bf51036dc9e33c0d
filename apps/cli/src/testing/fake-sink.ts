import type { Sink } from '../surroundings.ts';

/** Keeps what is written; a terminal when it has columns. */
export class FakeSink implements Sink {
  readonly #columns: number | undefined;
  text = '';

  constructor(columns?: number) {
    this.#columns = columns;
  }

  get isTerminal(): boolean {
    return this.#columns !== undefined;
  }

  readonly closed: AbortSignal = new AbortController().signal;
  readonly columns = (): number | undefined => this.#columns;

  write(text: string): void {
    this.text += text;
  }
}
