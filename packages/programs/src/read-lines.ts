import { StringDecoder } from 'node:string_decoder';

/**
 * Cuts what a program prints into lines, whatever pieces it comes in. In the place of a line that is longer than `longest`
 * characters comes `undefined`, and no more of it is kept; the last line may lack its end. What is no UTF-8 is replaced.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  longest: number,
): AsyncGenerator<string | undefined, void, undefined> {
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
    if (this.#length > this.#longest) this.#pieces = [];
    else this.#pieces.push(piece);
  }

  /** The line, unless it is too long; the next one begins. */
  close(): string | undefined {
    const whole = this.#length > this.#longest ? undefined : this.#pieces.join('');
    this.#pieces = [];
    this.#length = 0;
    return whole;
  }
}
