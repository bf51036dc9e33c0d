import { isJsonObject, type JsonObject } from '@trueup/diagnostics';

import { EngineGoneError } from '../containers-client.ts';

/** An event or a step of a pull is some hundred bytes. */
const longestLine = 1024 * 1024;

/** One object per line. Lines that hold none are left out: proxies and engines write remarks. */
export async function* readJsonLines(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<JsonObject, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    rest += decoder.decode(piece, { stream: true });
    if (rest.length > longestLine) {
      throw new EngineGoneError('too-long', `a line of ${longestLine} characters`);
    }
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* lines.flatMap(parseLine);
  }
  yield* parseLine(rest);
}

function parseLine(line: string): readonly JsonObject[] {
  if (line.trim() === '') return [];
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? [value] : [];
  } catch {
    return [];
  }
}
