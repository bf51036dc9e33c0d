import { StringDecoder } from 'node:string_decoder';

/** Events are bounded below it: a mebi of letters of differences, of which JSON makes twelve times as much. */
const longestLine = 16 * 1024 * 1024;

/**
 * Cuts a stream into lines, whatever way it comes in pieces. In the place of a line that is longer than `longest` comes
 * `undefined`; the last one may lack its end. What is no UTF-8 is replaced.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  longest: number = longestLine,
): AsyncGenerator<string | undefined> {
  const decoder = new StringDecoder('utf8');
  const line = new OpenLine(longest);
  for await (const chunk of chunks) {
    const [first = '', ...others] = decoder.write(Buffer.from(chunk)).split('\n');
    line.add(first);
    for (const next of others) {
      yield line.close();
      line.add(next);
    }
  }
  line.add(decoder.end());
  if (!line.isEmpty) yield line.close();
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
    else this.#pieces = [];
  }

  /** The line, unless it is too long; the next one begins. */
  close(): string | undefined {
    const whole = this.#length <= this.#longest ? this.#pieces.join('') : undefined;
    this.#pieces = [];
    this.#length = 0;
    return whole;
  }
}
