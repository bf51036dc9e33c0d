/**
 * Takes apart what `git cat-file --batch-command` prints: a header line for each question, and
 * behind it the object with a newline. Pure but for what has arrived so far.
 */

export type BatchAnswer =
  | { readonly kind: 'object'; readonly id: string; readonly type: string; readonly body: Buffer }
  | { readonly kind: 'missing' }
  /** Its body is not read any more: the process has to go. */
  | { readonly kind: 'too-large'; readonly type: string; readonly size: number };

/**
 * - `header`: `partial` is the beginning of a line whose end has not arrived.
 * - `body`: left when `left` bytes, the newline among them, have arrived.
 * - `dead`: after an object that is too large, or a line that is no header.
 */
type Phase =
  | { readonly kind: 'header'; readonly partial: Buffer }
  | {
      readonly kind: 'body';
      readonly id: string;
      readonly type: string;
      readonly size: number;
      readonly chunks: Buffer[];
      left: number;
    }
  | { readonly kind: 'dead' };

/** Two ids, a type and a size are shorter. */
const longestHeader = 300;

export class BatchParser {
  readonly #boundBytes: number;
  #phase: Phase = { kind: 'header', partial: Buffer.alloc(0) };

  constructor(boundBytes: number) {
    this.#boundBytes = boundBytes;
  }

  /** The answers that the chunk completes. `undefined` when it is not what git prints. */
  push(chunk: Buffer): readonly BatchAnswer[] | undefined {
    const answers: BatchAnswer[] = [];
    let rest = chunk;
    while (rest.length > 0 && this.#phase.kind !== 'dead') {
      const used =
        this.#phase.kind === 'body'
          ? this.#readBody(rest, answers)
          : this.#readHeader(rest, answers);
      if (used === undefined) return undefined;
      rest = rest.subarray(used);
    }
    return answers;
  }

  #readHeader(chunk: Buffer, answers: BatchAnswer[]): number | undefined {
    if (this.#phase.kind !== 'header') return undefined;
    const end = chunk.indexOf(10);
    const part = end < 0 ? chunk : chunk.subarray(0, end);
    const line = Buffer.concat([this.#phase.partial, part]);
    if (line.length > longestHeader) return this.#die();
    if (end < 0) {
      this.#phase = { kind: 'header', partial: line };
      return chunk.length;
    }
    return this.#begin(line.toString('latin1'), answers) ? end + 1 : this.#die();
  }

  #begin(line: string, answers: BatchAnswer[]): boolean {
    if (/^\S+ (?:missing|ambiguous)$/.test(line)) {
      answers.push({ kind: 'missing' });
      this.#phase = { kind: 'header', partial: Buffer.alloc(0) };
      return true;
    }
    const [, id, type, digits] = /^([0-9a-f]+) (\w+) (\d+)$/.exec(line) ?? [];
    if (id === undefined || type === undefined) return false;
    const size = Number(digits);
    if (size > this.#boundBytes) {
      answers.push({ kind: 'too-large', type, size });
      this.#phase = { kind: 'dead' };
    } else {
      this.#phase = { kind: 'body', id, type, size, chunks: [], left: size + 1 };
    }
    return true;
  }

  #readBody(chunk: Buffer, answers: BatchAnswer[]): number | undefined {
    const phase = this.#phase;
    if (phase.kind !== 'body') return undefined;
    const part = chunk.subarray(0, phase.left);
    phase.chunks.push(part);
    phase.left -= part.length;
    if (phase.left === 0) {
      const { id, type, size, chunks } = phase;
      // A copy, so that a small object does not keep a large chunk in memory.
      answers.push({ kind: 'object', id, type, body: Buffer.concat(chunks, size) });
      this.#phase = { kind: 'header', partial: Buffer.alloc(0) };
    }
    return part.length;
  }

  #die(): undefined {
    this.#phase = { kind: 'dead' };
    return undefined;
  }
}
