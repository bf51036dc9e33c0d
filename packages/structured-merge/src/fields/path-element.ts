/**
 * One step of a managed field's path: a member, an item by key, a member of a set by value, or an
 * item by index.
 *
 * Field sets hold elements as the text of FieldsV1 (`f:spec`, `k:{"name":"web"}`, `v:"a"`, `i:0`)
 * in the one form that the API server writes, so that equal elements are equal strings.
 */
import {
  type FieldPath,
  isJsonObject,
  type Json,
  type JsonObject,
  type ListKey,
} from '@trueup/diagnostics';

import { compareJson } from '../values/compare-json.ts';
import { formatGoJson, parseExactJson } from '../values/go-json.ts';

export type PathElement =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'key'; readonly key: JsonObject }
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'index'; readonly index: number };

/** Text of FieldsV1, in canonical form. */
export type ElementText = string;

export function formatFieldElement(name: string): ElementText {
  return `f:${name}`;
}

/** `members` in any order. */
export function formatKeyElement(members: readonly (readonly [string, Json])[]): ElementText {
  const sorted = members.length > 1 ? members.toSorted(([a], [b]) => (a < b ? -1 : 1)) : members;
  const pairs = sorted.map(([name, value]) => `${JSON.stringify(name)}:${formatGoJson(value)}`);
  return `k:{${pairs.join(',')}}`;
}

export function formatValueElement(value: Json): ElementText {
  return `v:${formatGoJson(value)}`;
}

export function formatPathElement(element: PathElement): ElementText {
  switch (element.kind) {
    case 'field':
      return formatFieldElement(element.name);
    case 'key':
      return formatKeyElement(Object.entries(element.key));
    case 'value':
      return formatValueElement(element.value);
    case 'index':
      return `i:${element.index}`;
  }
}

/**
 * Reads one element, in canonical form or not. `undefined` when it is malformed, `'unknown'` when
 * its kind is one that no server writes so far, which a reader has to pass over.
 */
export function parsePathElement(text: string): PathElement | 'unknown' | undefined {
  if (text.charCodeAt(1) !== colon) return undefined;
  const content = text.slice(2);
  switch (text[0]) {
    case 'f':
      return { kind: 'field', name: content };
    case 'k': {
      const key = parseExactJson(content);
      return isJsonObject(key) ? { kind: 'key', key } : undefined;
    }
    case 'v': {
      const value = parseExactJson(content);
      return value === undefined ? undefined : { kind: 'value', value };
    }
    case 'i':
      return /^[+-]?\d+$/.test(content) ? { kind: 'index', index: Number(content) } : undefined;
    default:
      return 'unknown';
  }
}

const colon = 58;

/** Reads text that is known to be canonical, which every element of a field set is. */
export function readPathElement(text: ElementText): PathElement {
  const element = parsePathElement(text);
  if (element === undefined || element === 'unknown') throw new Error(`No path element: ${text}`);
  return element;
}

/** The order in which the API server writes elements: members, keys, values, indices. */
export function compareElements(a: ElementText, b: ElementText): number {
  if (a === b) return 0;
  const rank = ranks.indexOf(a.charAt(0)) - ranks.indexOf(b.charAt(0));
  if (rank !== 0) return rank;
  if (a.startsWith('f:')) return a < b ? -1 : 1;
  return compareParsed(readPathElement(a), readPathElement(b));
}

const ranks = 'fkvi';

function compareParsed(a: PathElement, b: PathElement): number {
  if (a.kind === 'key' && b.kind === 'key') return compareKeys(a.key, b.key);
  if (a.kind === 'value' && b.kind === 'value') return compareJson(a.value, b.value);
  if (a.kind === 'index' && b.kind === 'index') return a.index - b.index;
  throw new Error('Elements of different kinds have no order of their own.');
}

function compareKeys(a: JsonObject, b: JsonObject): number {
  const ours = Object.entries(a).sort(byName);
  const theirs = Object.entries(b).sort(byName);
  for (const [at, [name, value]] of ours.entries()) {
    const other = theirs[at];
    if (!other) return 1;
    if (name !== other[0]) return name < other[0] ? -1 : 1;
    const order = compareJson(value, other[1]);
    if (order !== 0) return order;
  }
  return ours.length - theirs.length;
}

function byName([a]: readonly [string, Json], [b]: readonly [string, Json]): number {
  return a < b ? -1 : 1;
}

/**
 * The path as our own paths name it. It ends before a member of a set or an item of an atomic list,
 * since our paths take such a list for one value.
 */
export function toFieldPath(path: readonly PathElement[]): FieldPath {
  const steps: (string | ListKey)[] = [];
  for (const element of path) {
    const step = toStep(element);
    if (step === undefined) break;
    steps.push(step);
  }
  return steps;
}

function toStep(element: PathElement): string | ListKey | undefined {
  if (element.kind === 'field') return element.name;
  return element.kind === 'key' && isListKey(element.key) ? element.key : undefined;
}

function isListKey(key: JsonObject): key is JsonObject & ListKey {
  const values = Object.values(key);
  return values.length > 0 && values.every((each) => each !== null && typeof each !== 'object');
}

/** The path as the API server prints it in conflicts: `.spec.ports[port=80,protocol="TCP"].name`. */
export function formatServerPath(path: readonly PathElement[]): string {
  return path.map(formatServerElement).join('');
}

function formatServerElement(element: PathElement): string {
  switch (element.kind) {
    case 'field':
      return `.${element.name}`;
    case 'key': {
      const members = Object.entries(element.key).sort(byName);
      return `[${members.map(([name, value]) => `${name}=${formatScalar(value)}`).join(',')}]`;
    }
    case 'value':
      return `[=${formatScalar(element.value)}]`;
    case 'index':
      return `[${element.index}]`;
  }
}

function formatScalar(value: Json): string {
  return formatGoJson(value);
}
