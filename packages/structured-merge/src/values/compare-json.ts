/** Equality and order of values as the API server has them: `1` equals `1.0`, `null` no `{}`. */
import { isJsonList, type Json, type JsonObject } from '@trueup/diagnostics';

export function isSameJson(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return isNumber(a) && isNumber(b) && Number(a) === Number(b) && BigInt(a) === BigInt(b);
  }
  if (isJsonList(a)) return isJsonList(b) && isSameList(a, b);
  return !isJsonList(b) && isSameObject(a, b);
}

function isSameList(a: readonly Json[], b: readonly Json[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) {
    const ours = a[at];
    const theirs = b[at];
    if (ours === undefined || theirs === undefined || !isSameJson(ours, theirs)) return false;
  }
  return true;
}

function isSameObject(a: JsonObject, b: JsonObject): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  for (const name of names) {
    const ours = a[name];
    const theirs = Object.hasOwn(b, name) ? b[name] : undefined;
    if (ours === undefined || theirs === undefined || !isSameJson(ours, theirs)) return false;
  }
  return true;
}

function isNumber(value: Json): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** A total order over all values: numbers, texts, booleans, lists, objects, `null`. */
export function compareJson(a: Json, b: Json): number {
  const rank = rankOf(a) - rankOf(b);
  if (rank !== 0) return rank;
  if (isJsonList(a) && isJsonList(b)) return compareLists(a, b);
  if (isObject(a) && isObject(b)) return compareObjects(a, b);
  if (a === b || a === null || b === null) return 0;
  return a < b ? -1 : 1;
}

function rankOf(value: Json): number {
  if (isNumber(value)) return 0;
  if (typeof value === 'string') return 1;
  if (typeof value === 'boolean') return 2;
  if (isJsonList(value)) return 3;
  return value === null ? 5 : 4;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !isJsonList(value);
}

function compareLists(a: readonly Json[], b: readonly Json[]): number {
  for (const [at, ours] of a.entries()) {
    const theirs = b[at];
    if (theirs === undefined) return 1;
    const order = compareJson(ours, theirs);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareObjects(a: JsonObject, b: JsonObject): number {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  for (const name of names) {
    const ours = a[name];
    const theirs = b[name];
    if (ours === undefined || theirs === undefined) return ours === undefined ? 1 : -1;
    const order = compareJson(ours, theirs);
    if (order !== 0) return order;
  }
  return 0;
}
