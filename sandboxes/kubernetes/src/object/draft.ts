/**
 * An object while it is being written. Requests are decoded into drafts, which belong to the request
 * alone; defaulting and the like change them in place. What is stored is text, so a draft never
 * leaks into the store.
 */

import type { Json, JsonObject } from '@trueup/diagnostics';

export type DraftValue = null | boolean | number | bigint | string | DraftValue[] | Draft;

export interface Draft {
  [member: string]: DraftValue;
}

export function isDraft(value: DraftValue | undefined): value is Draft {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy that shares nothing with `value`. */
export function toDraft(value: JsonObject): Draft {
  const draft: Draft = {};
  for (const [name, member] of Object.entries(value)) setMember(draft, name, copyJson(member));
  return draft;
}

export function copyJson(value: Json): DraftValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyJson);
  const draft: Draft = {};
  for (const [name, member] of Object.entries(value)) setMember(draft, name, copyJson(member));
  return draft;
}

/** Plain assignment of a member called `__proto__` would change the prototype. */
export function setMember(draft: Draft, name: string, value: DraftValue): void {
  if (name !== '__proto__') {
    draft[name] = value;
    return;
  }
  Object.defineProperty(draft, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

/** The object at `path`, `undefined` when any step is absent or no object. */
export function draftAt(draft: Draft | undefined, ...path: readonly string[]): Draft | undefined {
  let value: DraftValue | undefined = draft;
  for (const step of path) {
    if (!isDraft(value) || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return isDraft(value) ? value : undefined;
}

/** The object under `name`, made when it is absent. */
export function ensureDraft(draft: Draft, name: string): Draft {
  const present = draft[name];
  if (isDraft(present)) return present;
  const made: Draft = {};
  draft[name] = made;
  return made;
}

/** The objects in the list under `name`; none when there is no such list. */
export function draftsIn(draft: Draft | undefined, name: string): readonly Draft[] {
  const list = draft?.[name];
  return Array.isArray(list) ? list.filter(isDraft) : [];
}

/** Sets what is absent. `null` counts as absent, as it does for a Go pointer. */
export function defaultMember(draft: Draft, name: string, value: DraftValue): void {
  if (draft[name] === undefined || draft[name] === null) draft[name] = value;
}

/** Sets what is absent, empty or zero: what a Go server takes for not set. */
export function fillMember(draft: Draft, name: string, value: DraftValue): void {
  const present = draft[name];
  const isSet = present !== undefined && present !== null && present !== '' && present !== 0;
  if (!isSet || present === false) draft[name] = value;
}
