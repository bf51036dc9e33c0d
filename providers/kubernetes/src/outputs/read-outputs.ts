/** Values for other stacks, named by annotations of the resources that hold them. */
import { isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';
import type { ObservedResource, Output } from '@trueup/provider-sdk';

import { readTextMap } from '../client/read-fields.ts';
import { sensitiveFields } from '../plan/sensitive-fields.ts';
import { outputPrefix } from '../prepare/annotate-rules.ts';

/**
 * `trueup.dev/output.address: status.loadBalancer.ingress[0].ip`. A field that is not there yet gives
 * no output. What lies in a Secret is decoded, and stays sensitive.
 */
export function readOutputs(
  observed: readonly ObservedResource[],
): Readonly<Record<string, Output>> {
  const entries = observed.flatMap(({ id, body }) => {
    const annotations = [...readTextMap(body, 'metadata', 'annotations')];
    const isSensitive = sensitiveFields(id, [body]);
    return annotations
      .filter(([name]) => name.startsWith(outputPrefix) && name.length > outputPrefix.length)
      .flatMap(([name, field]): [string, Output][] => {
        const path = parsePath(field);
        const value = path && readAt(body, path);
        if (path === undefined || value === undefined) return [];
        const steps = path.filter((step) => typeof step === 'string');
        const sensitive = isSensitive(steps);
        const decoded = sensitive && steps[0] === 'data' ? decode(value) : value;
        return [[name.slice(outputPrefix.length), { value: decoded, sensitive }]];
      });
  });
  return Object.fromEntries(entries);
}

type Path = readonly (string | number)[];

/** `status.ingress[0].ip`, `data["tls.crt"]`. `undefined` when it is no such path. */
function parsePath(text: string): Path | undefined {
  const pattern = /\.?([A-Za-z_][\w-]*)|\[(\d{1,6})\]|\["([^"\\]+)"\]/gy;
  const matches = [...text.matchAll(pattern)];
  const length = matches.reduce((sum, [found]) => sum + found.length, 0);
  if (length !== text.length || length === 0) return undefined;
  return matches.map(([, bare, index, quoted]) =>
    index === undefined ? (bare ?? quoted ?? '') : Number(index),
  );
}

function readAt(body: Json, path: Path): Json | undefined {
  let at: Json | undefined = body;
  for (const step of path) {
    if (typeof step === 'number') at = isJsonList(at) ? at[step] : undefined;
    else at = isJsonObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }
  return at;
}

function decode(value: Json): Json {
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : value;
}
