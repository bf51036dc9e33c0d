import { type JsonObject, readObject, readText } from '@trueup/diagnostics';

import type { ListQuery, WatchEvent } from '../kubernetes-client.ts';

/** What happened to one object. */
export interface Entry {
  readonly type: 'set' | 'deleted';
  readonly object: JsonObject;
  readonly kind: string;
  readonly revision: number;
}

export function toEvent(
  entry: Entry,
  query: ListQuery,
  known: Set<string>,
): WatchEvent | undefined {
  if (entry.kind !== `${query.kind.kind}.${query.kind.group}`) return undefined;
  const name = readText(entry.object, 'metadata', 'uid') ?? '';
  const selected = isSelected(entry.object, query);
  const wasKnown = known.has(name);
  if (selected && entry.type === 'set') known.add(name);
  if (selected) return { kind: entry.type, object: entry.object };
  // What does not match any more is gone for those who select.
  return wasKnown || query.labelSelector ? { kind: 'deleted', object: entry.object } : undefined;
}

/** Label existence, equality and sets; names. */
export function isSelected(object: JsonObject, query: ListQuery): boolean {
  const { kind, namespace, labelSelector, fieldSelector } = query;
  const group = (readText(object, 'apiVersion') ?? '').split('/').toReversed()[1] ?? '';
  const { name, namespace: scope } = readObject(object, 'metadata');
  const isKind = readText(object, 'kind') === kind.kind && group === kind.group;
  const isHere = namespace === undefined || scope === namespace;
  const isNamed =
    fieldSelector === undefined ||
    fieldSelector === `metadata.name=${readText({ name: name ?? null }, 'name')}`;
  return isKind && isHere && isNamed && bearsLabel(object, labelSelector);
}

function bearsLabel(object: JsonObject, selector: string | undefined): boolean {
  if (selector === undefined) return true;
  const [, label = '', value, set] = /^([^= ]+)(?:=(.+))?(?: in \((.+)\))?$/.exec(selector) ?? [];
  const found = readText(object, 'metadata', 'labels', label);
  if (found === undefined) return false;
  return (value === undefined || value === found) && (set?.split(',').includes(found) ?? true);
}
