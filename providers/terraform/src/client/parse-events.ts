import { isJsonObject, type JsonObject } from '@trueup/diagnostics';

import { parseExactJson } from '../exact/exact-json.ts';

/**
 * The lines that are JSON objects, but for those that only say that something was looked at: there are two
 * for each resource. Plug-ins and the tool's own warnings print other ones between them.
 */
export function parseEvents(text: string): readonly JsonObject[] {
  return text
    .split('\n')
    .filter((line) => !isLook(line))
    .map(parseEvent)
    .filter((event) => event !== undefined);
}

/** As the tool printed it to a call in this folder, which says nothing to anybody else and is gone soon. */
export function withoutFolder(text: string, folder: string | undefined): string {
  if (folder === undefined) return text;
  return text.replaceAll(`${folder}/work/`, '').replaceAll(`${folder}/`, '');
}

/** Its last member is its type: of two members of one name the last one counts. */
function isLook(line: string): boolean {
  return line.endsWith('"type":"refresh_start"}') || line.endsWith('"type":"refresh_complete"}');
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
