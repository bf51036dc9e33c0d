/**
 * A list whose items change places is told as one value. What the server makes up in its items (ports
 * of nodes, others in each dry run) is told apart from it, so that every plan has the same value.
 */
import { isDeepStrictEqual } from 'node:util';

import {
  type FieldPath,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  type ListKey,
} from '@trueup/diagnostics';
import type { FieldDifference, KeysOf } from '@trueup/provider-sdk';
import { formatPathElement } from '@trueup/structured-merge/fields';

import { isItem } from '../fields/field-owners.ts';

export interface Parting {
  readonly isAsked: (path: FieldPath) => boolean;
  readonly keysOf: KeysOf;
}

export function partGenerated(
  difference: FieldDifference,
  { isAsked, keysOf }: Parting,
): readonly FieldDifference[] {
  const { path, before = null, after = null } = difference;
  const keys = keysOf(path);
  if (!(keys && isJsonList(before) && isJsonList(after))) return [difference];
  const parts = after.map((item) => {
    const key = keyOf(item, keys);
    if (!key || !isJsonObject(item)) return { item, made: [] };
    const old = before.find((one) => isItem(one, formatPathElement({ kind: 'key', key })));
    const isKept = (name: string) => keys.includes(name) || isAsked([...path, key, name]);
    return partItem(item, old, { isKept, path: [...path, key] });
  });
  return [
    { ...difference, after: parts.map(({ item }) => item) },
    ...parts.flatMap(({ made }) => made),
  ];
}

interface Item {
  readonly path: FieldPath;
  readonly isKept: (name: string) => boolean;
}

function partItem(
  item: JsonObject,
  old: Json | undefined,
  { path, isKept }: Item,
): { readonly item: JsonObject; readonly made: readonly FieldDifference[] } {
  const known: JsonObject = old !== undefined && isJsonObject(old) ? old : {};
  const isSame = (name: string) => isDeepStrictEqual(known[name], item[name]);
  const names = Object.keys(item).filter((name) => !isKept(name) && !isSame(name));
  const entries = Object.entries(item);
  return {
    item: Object.fromEntries(entries.filter(([name]) => !names.includes(name))),
    made: entries
      .filter(([name]) => names.includes(name))
      .map(([name, after]) => {
        const before = known[name];
        return { path: [...path, name], ...(before !== undefined && { before }), after };
      }),
  };
}

function keyOf(item: Json, keys: readonly string[]): ListKey | undefined {
  if (!isJsonObject(item)) return undefined;
  const members = keys.map((name) => [name, item[name]] as const);
  return members.every(isIdentifying) ? Object.fromEntries(members) : undefined;
}

function isIdentifying(
  member: readonly [string, Json | undefined],
): member is readonly [string, ListKey[string]] {
  return ['string', 'number', 'boolean'].includes(typeof member[1]);
}
