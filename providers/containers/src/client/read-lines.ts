import { isJsonObject, type JsonObject } from '@trueup/diagnostics';

import { EngineGoneError } from '../containers-client.ts';

/** An event or a step of a pull is some hundred bytes. */
const longestLine = 1024 * 1024;

/**
 * One object per line. Lines that hold none are left out, since proxies and engines write remarks;
 * `onUnreadable` is told of each, an end in the middle of a line included.
 */
export async function* readJsonLines(
  pieces: AsyncIterable<Uint8Array>,
  onUnreadable: () => void = () => undefined,
): AsyncGenerator<JsonObject, void, undefined> {
  const decoder = new TextDecoder();
  const read = (line: string): readonly JsonObject[] => {
    const value = parseLine(line);
    if (value) return [value];
    if (line.trim() !== '') onUnreadable();
    return [];
  };
  let rest = '';
  for await (const piece of pieces) {
    rest += decoder.decode(piece, { stream: true });
    if (rest.length > longestLine) {
      throw new EngineGoneError('too-long', `a line of ${longestLine} characters`);
    }
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* lines.flatMap(read);
  }
  yield* read(rest);
}

function parseLine(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
