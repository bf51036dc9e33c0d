import { StringDecoder } from 'node:string_decoder';

/** A line may hold the diffs of a loop's items, each of them bounded. */
const longestLine = 64 * 1024 * 1024;

/**
 * Cuts a stream into lines, whatever way it comes in pieces. A line that is too long is left out; the last one may
 * lack its end.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  longest: number = longestLine,
): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  const line = new OpenLine(longest);
  for await (const chunk of chunks) {
    const [first = '', ...others] = decoder.write(Buffer.from(chunk)).split('\n');
    line.add(first);
    for (const next of others) {
      yield* line.close();
      line.add(next);
    }
  }
  if (!line.isEmpty) yield* line.close();
}

class OpenLine {
  readonly #longest: number;
  #pieces: string[] = [];
  #length = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  add(piece: string): void {
    this.#length += piece.length;
    if (this.#length <= this.#longest) this.#pieces.push(piece);
  }

  /** The line, unless it is too long; the next one begins. */
  close(): readonly string[] {
    const whole = this.#length <= this.#longest ? [this.#pieces.join('')] : [];
    this.#pieces = [];
    this.#length = 0;
    return whole;
  }
}
