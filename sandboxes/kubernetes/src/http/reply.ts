import type { JsonObject } from '@trueup/diagnostics';
import { formatYaml } from '@trueup/manifests';

import { parseJson, writeJson } from '../object/json-text.ts';
import { ApiError, internalError, toStatus } from './api-error.ts';
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

/** Refusals in the server's own form; anything else that was thrown is an internal error. */
export function refusalReply(error: unknown, warnings: readonly string[] = []): TextReply {
  const refusal = error instanceof ApiError ? error : internalError(String(error));
  const { retryAfterSeconds } = refusal.details ?? {};
  return {
    ...valueReply(refusal.code, toStatus(refusal)),
    headers: {
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
      ...(warnings.length > 0 && { warning: warnings.map(formatWarning) }),
    },
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
