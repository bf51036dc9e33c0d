/**
 * Decides without asking the server that applying a body would change nothing.
 *
 * The server recorded which fields our last apply named. Applying again is idle exactly when the
 * body names these fields and no others, and the object has these values. The record also tells which
 * lists have keys and which values are atomic, so no schema is needed. In doubt the answer is no:
 * then the server is asked.
 */
import { isDeepStrictEqual } from 'node:util';

import {
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  readField,
  readObject,
  readText,
} from '@trueup/diagnostics';

import { appliedEntryOf, isItem } from './field-owners.ts';

export function matchesApplied(
  desired: JsonObject,
  observed: JsonObject,
  fieldManager: string,
): boolean {
  const entry = appliedEntryOf(observed, fieldManager);
  const apiVersion = readText(desired, 'apiVersion');
  if (!entry || readText(entry, 'apiVersion') !== apiVersion) return false;
  if (readText(observed, 'apiVersion') !== apiVersion) return false;
  return matches(trackedPart(desired), observed, readObject(entry, 'fieldsV1'));
}

/** Nobody owns what says which object it is. */
function trackedPart(desired: JsonObject): JsonObject {
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = desired;
  if (!isJsonObject(metadata)) return rest;
  const { name: _name, namespace: _namespace, ...tracked } = metadata;
  return Object.keys(tracked).length > 0 ? { ...rest, metadata: tracked } : rest;
}

function matches(desired: Json, observed: Json | undefined, fields: JsonObject): boolean {
  if (observed === undefined) return false;
  if (isLeaf(fields)) {
    // Most leaves are no objects, and the general comparison costs ten times as much.
    return desired === observed || (isNested(desired) && isDeepStrictEqual(desired, observed));
  }
  if (isJsonObject(desired)) return membersMatch(desired, observed, fields);
  return isJsonList(desired) && itemsMatch(desired, observed, fields);
}

/** Nothing is owned below. */
function isLeaf(fields: JsonObject): boolean {
  for (const step in fields) {
    if (step !== '.') return false;
  }
  return true;
}

function isNested(value: Json): boolean {
  return typeof value === 'object' && value !== null;
}

function membersMatch(desired: JsonObject, observed: Json, fields: JsonObject): boolean {
  if (!isJsonObject(observed)) return false;
  let left = Object.keys(desired).length;
  for (const step in fields) {
    if (step === '.') continue;
    const name = memberOf(step);
    if (name === undefined || !Object.hasOwn(desired, name)) return false;
    if (!matches(desired[name] ?? null, readField(observed, name), readObject(fields, step))) {
      return false;
    }
    left -= 1;
  }
  return left === 0;
}

/** `undefined` for a step to an item. Kept, since a new text is slow as the name of a member. */
function memberOf(step: string): string | undefined {
  const known = members.get(step);
  if (known !== undefined || !step.startsWith('f:')) return known;
  // Names are anybody's.
  if (members.size >= mostMembers) members.clear();
  const name = step.slice(2);
  members.set(step, name);
  return name;
}

const members = new Map<string, string>();
const mostMembers = 10_000;

/** Items that we ask for stand in the same order on both sides; those of others lie in between. */
function itemsMatch(desired: readonly Json[], observed: Json, fields: JsonObject): boolean {
  const steps = Object.keys(fields).filter((step) => step !== '.');
  if (!isJsonList(observed) || desired.length !== steps.length) return false;
  const left = new Set(steps);
  let from = 0;
  for (const item of desired) {
    const step = onlyOne([...left], (candidate) => isMeant(item, candidate));
    if (step === undefined) return false;
    left.delete(step);
    const at = observed.findIndex((candidate, index) => index >= from && isItem(candidate, step));
    if (at < 0 || !matches(item, observed[at], readObject(fields, step))) return false;
    from = at + 1;
  }
  return true;
}

/** A key may have members that the item leaves to their defaults (`protocol: TCP`). */
function isMeant(item: Json, step: string): boolean {
  if (!(step.startsWith('k:') && isJsonObject(item))) return isItem(item, step);
  const key: unknown = JSON.parse(step.slice(2));
  if (!isJsonObject(key)) return false;
  return Object.entries(key).every(
    ([name, value]) => !Object.hasOwn(item, name) || item[name] === value,
  );
}

function onlyOne<T>(all: readonly T[], accept: (one: T) => boolean): T | undefined {
  const found = all.filter(accept);
  return found.length === 1 ? found[0] : undefined;
}
