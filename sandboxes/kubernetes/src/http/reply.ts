import type { JsonObject } from '@trueup/diagnostics';
import { formatYaml } from '@trueup/manifests';

import { parseJson, writeJson } from '../object/json-text.ts';
import type { TextReply } from './call.ts';
import type { Format } from './negotiate.ts';

export function valueReply(status: number, value: JsonObject): TextReply {
  return { kind: 'text', status, contentType: 'application/json', body: writeJson(value) };
}

/** @param text JSON, turned into YAML where the client asked for that */
export function jsonReply(
  status: number,
  text: string,
  { encoding }: Pick<Format, 'encoding'> = { encoding: 'json' },
  warnings: readonly string[] = [],
): TextReply {
  const isYaml = encoding === 'yaml';
  return {
    kind: 'text',
    status,
    contentType: isYaml ? 'application/yaml' : 'application/json',
    body: isYaml ? formatYaml(parseJson(text)) : text,
    ...(warnings.length > 0 && { headers: { warning: warnings.map(formatWarning) } }),
  };
}

export function textReply(status: number, body: string): TextReply {
  return { kind: 'text', status, contentType: 'text/plain; charset=utf-8', body };
}

/** As RFC 7234 has it, with the code for what concerns the object and not the connection. */
function formatWarning(text: string): string {
  const escaped = text.replace(/[\\"]/g, '\\$&').replace(/[^\x20-\x7e]/g, '?');
  return `299 - "${escaped}"`;
}
