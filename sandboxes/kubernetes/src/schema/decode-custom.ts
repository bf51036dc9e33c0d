/**
 * Reads a custom resource: prunes what its structural schema does not name, and sets its defaults.
 * The schema is the JSON of the CRD; it is walked as it is.
 */

import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import {
  copyJson,
  type Draft,
  type DraftValue,
  isDraft,
  setMember,
  toDraft,
} from '../object/draft.ts';
import { readObject } from '../object/read-fields.ts';
import { type Decoded, DecodeError } from './decode.ts';

export function decodeCustom(schema: JsonObject, body: JsonObject): Decoded {
  const { apiVersion, kind, metadata, ...rest } = body;
  if (metadata !== undefined && !isJsonObject(metadata)) {
    throw new DecodeError(
      'json: cannot unmarshal into Go struct field metadata of type ObjectMeta',
    );
  }
  const pruner = new Pruner();
  const pruned = pruner.prune(schema, rest);
  const draft = isDraft(pruned) ? pruned : {};
  applyDefaults(schema, draft);
  draft['metadata'] = toDraft(metadata ?? {});
  if (apiVersion !== undefined) draft['apiVersion'] = copyJson(apiVersion);
  if (kind !== undefined) draft['kind'] = copyJson(kind);
  return { draft, unknownFields: pruner.unknownFields.sort() };
}

class Pruner {
  readonly unknownFields: string[] = [];
  readonly #path: string[] = [];

  prune(schema: JsonObject, value: Json): DraftValue {
    if (isJsonList(value)) return this.#pruneList(schema, value);
    if (isJsonObject(value)) return this.#pruneObject(schema, value);
    return value;
  }

  #pruneList(schema: JsonObject, list: readonly Json[]): DraftValue {
    const { items } = schema;
    if (!isJsonObject(items)) return list.map(copyJson);
    return list.map((item, index) => this.#at(`[${index}]`, () => this.prune(items, item)));
  }

  #pruneObject(schema: JsonObject, value: JsonObject): DraftValue {
    const properties = readObject(schema, 'properties');
    const { additionalProperties } = schema;
    const draft: Draft = {};
    for (const [name, member] of Object.entries(value)) {
      const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
      const type = isJsonObject(known) ? known : additionalProperties;
      const kept = this.#at(name, () => this.#pruneMember(schema, type, member));
      if (kept !== undefined) setMember(draft, name, kept);
    }
    return draft;
  }

  #pruneMember(parent: JsonObject, type: Json | undefined, member: Json): DraftValue | undefined {
    if (isJsonObject(type)) return this.prune(type, member);
    const isKept =
      type === true ||
      parent['x-kubernetes-preserve-unknown-fields'] === true ||
      (parent['x-kubernetes-embedded-resource'] === true && embedded.has(this.#path.at(-1) ?? ''));
    if (isKept) return copyJson(member);
    this.unknownFields.push(this.#path.join('.').replaceAll('.[', '['));
    return undefined;
  }

  #at<T>(step: string, walk: () => T): T {
    if (this.#path.length > 200) throw new DecodeError('json: exceeded max depth');
    this.#path.push(step);
    const result = walk();
    this.#path.pop();
    return result;
  }
}

/** What an embedded resource has whether its schema says so or not. */
const embedded: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** Sets absent members that have a default, from the outside in. */
function applyDefaults(schema: JsonObject, value: DraftValue): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (isJsonObject(items)) for (const item of value) applyDefaults(items, item);
  } else if (isDraft(value)) {
    applyMemberDefaults(schema, value);
  }
}

function applyMemberDefaults(schema: JsonObject, value: Draft): void {
  const properties = readObject(schema, 'properties');
  for (const [name, type] of Object.entries(properties)) {
    if (isJsonObject(type)) defaultProperty(value, name, type);
  }
  const { additionalProperties } = schema;
  if (!isJsonObject(additionalProperties)) return;
  for (const [name, member] of Object.entries(value)) {
    if (!Object.hasOwn(properties, name)) applyDefaults(additionalProperties, member);
  }
}

function defaultProperty(value: Draft, name: string, type: JsonObject): void {
  const fallback = type['default'];
  const present = Object.hasOwn(value, name) ? value[name] : undefined;
  // `null` where null is not allowed counts as absent.
  const isAbsent = present === undefined || (present === null && type['nullable'] !== true);
  if (isAbsent && fallback !== undefined) setMember(value, name, copyJson(fallback));
  const member = value[name];
  if (member !== undefined) applyDefaults(type, member);
}
