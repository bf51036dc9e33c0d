/**
 * An object in one of its states. It never changes; a write makes another one.
 *
 * The truth is `text`, which is what most requests want: reading, listing and watching send it as it
 * is. It begins with `{"metadata":` and leaves out apiVersion and kind, since these depend on the
 * version in which a client asks. What indexes and selectors need is picked out of it once.
 */

import { isJsonObject, type JsonObject } from '@trueup/diagnostics';

import { parseJson, writeJson } from '../object/json-text.ts';
import { readObject, readObjects, readText, readTexts } from '../object/read-fields.ts';

export interface StoredObject {
  /** `apps/deployments`; `/pods` for the legacy group. */
  readonly resource: string;
  /** Empty for what lies in no namespace. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly revision: number;
  readonly text: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The uids of its owners. */
  readonly owners: readonly string[];
}

export interface Identity {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/** The value as it is stored at this revision. It shares what it can with `value`. */
export function stampValue(value: JsonObject, revision: number): JsonObject {
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = value;
  return { metadata: { ...readObject(metadata), resourceVersion: String(revision) }, ...rest };
}

/** @param value as `stampValue` makes it */
export function createStoredObject(
  resource: string,
  value: JsonObject,
  revision: number,
): StoredObject {
  const { metadata } = value;
  const owners = readObjects(metadata, 'ownerReferences').map((one) => readText(one, 'uid') ?? '');
  const stored: StoredObject = {
    resource,
    namespace: readText(metadata, 'namespace') ?? '',
    name: readText(metadata, 'name') ?? '',
    uid: readText(metadata, 'uid') ?? '',
    revision,
    text: writeJson(value),
    labels: readTexts(metadata, 'labels'),
    owners: owners.length === 0 ? nobody : owners,
  };
  return stored;
}

const nobody: readonly string[] = [];

/**
 * Parsed values of the objects that were read last. Parsing a pod takes some 20 µs, keeping all of
 * them parsed would take five times the memory of their text.
 */
export class ValueCache {
  readonly #values = new Map<StoredObject, JsonObject>();
  readonly #capacity: number;

  constructor(capacity = 512) {
    this.#capacity = capacity;
  }

  /** Without apiVersion and kind. It belongs to everybody: not to be changed. */
  valueOf(stored: StoredObject): JsonObject {
    const known = this.#values.get(stored);
    if (known) return known;
    const value = parseStored(stored);
    this.remember(stored, value);
    return value;
  }

  /** @param value what the text says; nobody changes it from now on */
  remember(stored: StoredObject, value: JsonObject): void {
    this.#values.set(stored, value);
    if (this.#values.size > this.#capacity) {
      const [oldest] = this.#values.keys();
      if (oldest) this.#values.delete(oldest);
    }
  }
}

export function parseStored({ text }: StoredObject): JsonObject {
  const value = parseJson(text);
  if (!isJsonObject(value)) throw new Error('A stored object is no object');
  return value;
}
