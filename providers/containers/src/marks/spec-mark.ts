/**
 * What a container was asked to be, as a label of it: what comes back from an engine is never what was
 * sent, so that this is what a plan compares with.
 *
 * S1. No secret stands in it: a sensitive value is a keyed hash, whose salt is the container's own.
 * S2. It hangs on nothing but what was asked for: no path of a file, no version of ours, no commit.
 * S3. Members that a later version adds are absent in older marks, and absent means not asked for.
 */
import { createHmac, hash } from 'node:crypto';

import {
  formatJson,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  readObject,
  readText,
} from '@trueup/diagnostics';

import { type BodyMeta, metaOf, specOf } from './resource-body.ts';

export interface SpecMark {
  readonly salt: string;
  /** Paths below which values are secret, in steps. */
  readonly sensitive: readonly (readonly string[])[];
  readonly spec: JsonObject;
}

export function markSpec(body: JsonObject, salt: string): SpecMark {
  const { sensitive } = metaOf(body);
  return { salt, sensitive, spec: toComparable(body, salt, sensitive) };
}

export function formatMark({ salt, sensitive, spec }: SpecMark): string {
  return formatJson({ v: 1, salt, sensitive, spec });
}

/** `undefined` for what is none: somebody else may write such a label. */
export function parseMark(text: string | undefined): SpecMark | undefined {
  if (text === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    const salt = readText(parsed, 'salt');
    const { spec, sensitive } = readObject(parsed);
    if (salt === undefined || !isJsonObject(spec)) return undefined;
    return { salt, sensitive: pathsOf(sensitive), spec };
  } catch {
    return undefined;
  }
}

/** Equal exactly when all that was asked for is. */
export function hashBody(body: JsonObject, salt: string): string {
  return keyed(salt, formatJson(specOf(body)));
}

/**
 * The form in which two sides are compared: secrets as keyed hashes, contents of files as digests.
 * `besides` are paths that the other side holds as secrets.
 */
export function toComparable(
  body: JsonObject,
  salt: string,
  sensitive: BodyMeta['sensitive'],
): JsonObject {
  const { files, ...spec } = specOf(body);
  const seen = { salt, sensitive };
  const members = Object.entries(spec).map(([name, value]): [string, Json] => [
    name,
    hideAt([name], value, seen),
  ]);
  return Object.fromEntries([...members, ...filesOf(files, seen)]);
}

interface Hiding {
  readonly salt: string;
  readonly sensitive: BodyMeta['sensitive'];
}

function filesOf(files: Json | undefined, hiding: Hiding): readonly (readonly [string, Json])[] {
  if (!isJsonObject(files)) return [];
  const members = Object.entries(files).map(([path, file]): [string, Json] => {
    const { content, ...rest } = readObject(file);
    const text = typeof content === 'string' ? content : '';
    const digest = isSensitive(['files', path], hiding.sensitive)
      ? keyed(hiding.salt, text)
      : `sha256:${hash('sha256', Buffer.from(text, 'base64'))}`;
    return [path, { ...rest, digest }];
  });
  return [['files', Object.fromEntries(members)]];
}

/** A sensitive value as a whole; what lies above one is looked into. */
function hideAt(path: readonly string[], value: Json, hiding: Hiding): Json {
  if (hiding.sensitive.some((one) => isSame(one, path))) {
    return keyed(hiding.salt, formatJson([[...path], value]));
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, hideAt([...path, name], one, hiding)]),
  );
}

export function isSensitive(
  path: readonly string[],
  sensitive: readonly (readonly string[])[],
): boolean {
  return sensitive.some((one) => one.every((step, index) => path[index] === step));
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}

function keyed(salt: string, text: string): string {
  return `hmac:${createHmac('sha256', salt).update(text).digest('hex')}`;
}

function pathsOf(value: Json | undefined): readonly (readonly string[])[] {
  if (!isJsonList(value)) return [];
  return value.map((path) =>
    isJsonList(path) ? path.filter((step) => typeof step === 'string') : [],
  );
}
