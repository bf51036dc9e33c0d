import { hash } from 'node:crypto';

import { formatJson, type JsonObject } from '@trueup/diagnostics';

const letters = 'bcdfghjklmnpqrstvwxz2456789';

/** A template is looked at whenever anything about its workload changes, and hardly ever changes itself. */
const known = new WeakMap<JsonObject, string>();

/** Names one version of a template of pods, by characters that spell no words. */
export function hashTemplate(template: JsonObject): string {
  const hashed = known.get(template) ?? computeHash(template);
  known.set(template, hashed);
  return hashed;
}

function computeHash(template: JsonObject): string {
  const digest = hash('sha256', formatJson(template), 'hex');
  const bytes = Buffer.from(digest, 'hex').subarray(0, 10);
  return [...bytes].map((byte) => letters[byte % letters.length]).join('');
}
