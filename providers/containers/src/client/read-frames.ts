/**
 * Logs and executions without a terminal come in frames: a byte for the stream, three of nothing,
 * four for the length. With a terminal the bytes come as they are.
 */

/** The text, line by line, of both streams in the order in which they came. */
export async function* readLogLines(
  pieces: AsyncIterable<Uint8Array>,
  isTerminal: boolean,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of isTerminal ? pieces : unwrapFrames(pieces)) {
    rest += decoder.decode(bytes, { stream: true });
    const lines = rest.split(/\r?\n/);
    rest = lines.pop() ?? '';
    yield* lines;
    // A line without an end must not fill the memory.
    if (rest.length > longestLine) {
      yield rest;
      rest = '';
    }
  }
  if (rest !== '') yield rest;
}

const longestLine = 64 * 1024;

async function* unwrapFrames(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let buffered = Buffer.alloc(0);
  let left = 0;
  for await (const piece of pieces) {
    buffered = Buffer.concat([buffered, piece]);
    while (buffered.length > 0) {
      if (left === 0) {
        if (buffered.length < 8) break;
        left = buffered.readUInt32BE(4);
        buffered = buffered.subarray(8);
        continue;
      }
      const part = buffered.subarray(0, left);
      left -= part.length;
      buffered = buffered.subarray(part.length);
      yield part;
    }
  }
}
