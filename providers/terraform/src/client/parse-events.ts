import { isJsonObject, type JsonObject } from '@trueup/diagnostics';

import { parseExactJson } from '../exact/exact-json.ts';

/** The lines that are JSON objects. Plug-ins and the tool's own warnings print other ones between them. */
export function parseEvents(text: string): readonly JsonObject[] {
  return text
    .split('\n')
    .map(parseEvent)
    .filter((event) => event !== undefined);
}

/** `undefined` for a line that is no event. */
export function parseEvent(line: string): JsonObject | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value = parseExactJson(line);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
