/** Compares what is asked for with an object, field by field; what the object has besides is no matter. */
import { isDeepStrictEqual } from 'node:util';

import {
  type FieldPath,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  type ListKey,
} from '@trueup/diagnostics';
import type { KeysOf } from '@trueup/provider-sdk';

export interface AskedDifference {
  readonly path: FieldPath;
  readonly asked: Json;
  /** Absent when the object has no such field. */
  readonly found?: Json;
}

export function compareAsked(
  asked: Json,
  found: Json | undefined,
  keysOf: KeysOf,
): readonly AskedDifference[] {
  return compareAt([], asked, found, keysOf);
}

function compareAt(
  path: FieldPath,
  asked: Json,
  found: Json | undefined,
  keysOf: KeysOf,
): readonly AskedDifference[] {
  if (isDeepStrictEqual(asked, found)) return [];
  if (isJsonObject(asked) && Object.keys(asked).length > 0 && isJsonObject(found ?? {})) {
    return Object.entries(asked).flatMap(([name, member]) =>
      compareAt([...path, name], member, memberOf(found, name), keysOf),
    );
  }
  if (isJsonList(asked) && isJsonList(found)) {
    const parts = pairItems(asked, found, keysOf(path));
    if (parts) {
      return parts.flatMap((part) =>
        compareAt([...path, part.key], part.asked, part.found, keysOf),
      );
    }
    if (isContained(asked, found)) return [];
  }
  return [{ path, asked, ...(found !== undefined && { found }) }];
}

interface Pair {
  readonly key: ListKey;
  readonly asked: Json;
  readonly found: Json;
}

/** An item may leave members of its key to their defaults. `undefined` when that is ambiguous. */
function pairItems(
  asked: readonly Json[],
  found: readonly Json[],
  keys: readonly string[] | undefined,
): readonly Pair[] | undefined {
  if (!keys || asked.length === 0) return undefined;
  const pairs: Pair[] = [];
  for (const item of asked) {
    const fitting = found.filter((candidate) => isSameItem(item, candidate, keys));
    const [other] = fitting;
    if (fitting.length !== 1 || !isJsonObject(other)) return undefined;
    const members = keys.map((name) => [name, other[name]] as const);
    if (!members.every(isIdentifying)) return undefined;
    pairs.push({ key: Object.fromEntries(members), asked: item, found: other });
  }
  return pairs;
}

function isSameItem(item: Json, other: Json, keys: readonly string[]): boolean {
  if (!(isJsonObject(item) && isJsonObject(other))) return false;
  return keys.every((name) => !Object.hasOwn(item, name) || item[name] === other[name]);
}

function isIdentifying(
  member: readonly [string, Json | undefined],
): member is readonly [string, ListKey[string]] {
  return ['string', 'number', 'boolean'].includes(typeof member[1]);
}

/** Items of a list without keys stand for each other by their place; defaults may be added to them. */
function isContained(asked: Json, found: Json | undefined): boolean {
  if (isJsonList(asked)) {
    return (
      isJsonList(found) &&
      asked.length === found.length &&
      asked.every((item, index) => isContained(item, found[index]))
    );
  }
  if (isJsonObject(asked)) {
    return (
      isJsonObject(found) &&
      Object.entries(asked).every(([name, member]) => isContained(member, memberOf(found, name)))
    );
  }
  return isDeepStrictEqual(asked, found);
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  const object: JsonObject = isJsonObject(value) ? value : {};
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
