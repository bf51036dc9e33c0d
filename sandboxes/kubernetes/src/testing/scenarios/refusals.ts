/** How scenarios of validation are made, and what of their answers counts. */

import type { Json, JsonObject } from '@trueup/diagnostics';

import type { Scenario } from '../scenario.ts';
import { patch, post, silently } from './steps.ts';

/** An object of any kind, called `one`. */
export function object(
  apiVersion: string,
  kind: string,
  rest: JsonObject,
  name = 'one',
): JsonObject {
  return { apiVersion, kind, metadata: { name }, ...rest };
}

/**
 * Whole objects are shown as Go prints them, and differences as its library does; everything else is
 * compared word by word.
 */
export function tidy(body: Json): Json {
  const { kind, reason, details, message, metadata } = body as {
    kind: string;
    reason?: string;
    message?: string;
    details?: { causes?: { reason: string; field: string; message: string }[] };
    metadata?: { name?: string };
  };
  if (kind !== 'Status') return { kind, name: metadata?.name ?? null };
  const causes = details?.causes?.map((cause) => [
    cause.reason,
    cause.field,
    cause.message
      .replace(/ value: [[{][\s\S]*?[\]}](?=: |$)/, ' value: <object>')
      .replace(/\n[\s\S]*$/, ''),
  ]);
  return { reason: reason ?? null, causes: causes ?? message ?? null };
}

/** Each of the bodies is refused for a reason of its own. */
export function refuses(name: string, path: string, ...bodies: readonly JsonObject[]): Scenario {
  return { name, pick: tidy, steps: bodies.map((body) => post(path, body)) };
}

/** What is made first cannot become what the patches ask for. */
export function keeps(
  name: string,
  path: string,
  body: JsonObject,
  ...patches: readonly Json[]
): Scenario {
  return {
    name,
    pick: tidy,
    steps: [
      silently(post(path, body)),
      ...patches.map((one) => patch('merge', `${path}/one`, one)),
    ],
  };
}
