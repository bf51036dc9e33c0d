import type { Readable } from 'node:stream';

/**
 * Lines of a stream, without their ends. Bounded, since a line without an end would fill the memory.
 *
 * @throws RangeError when a line is longer than `limitBytes`.
 */
export async function* readLines(stream: Readable, limitBytes: number): AsyncGenerator<string> {
  let pieces: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    let rest = Buffer.from(chunk);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      pieces.push(rest.subarray(0, end));
      yield Buffer.concat(pieces).toString('utf8');
      pieces = [];
      length = 0;
      rest = rest.subarray(end + 1);
    }
    pieces.push(rest);
    length += rest.length;
    if (length > limitBytes) throw new RangeError('A line of the answer is too long.');
  }
  if (length > 0) yield Buffer.concat(pieces).toString('utf8');
}
