/** The generation counts the changes of what is asked for, so that a status can say what it has seen. */

import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import type { Cluster } from '../cluster/cluster.ts';
import { readNumber, readObject } from '../object/read-fields.ts';
import { isSameJson } from '../object/same-json.ts';
import type { WriteRequest } from './write-request.ts';

/** @returns `undefined` for kinds that have no generation. */
export function nextGeneration(
  cluster: Cluster,
  { type, version, subresource }: WriteRequest,
  object: JsonObject,
  old: JsonObject | undefined,
): number | undefined {
  const isCustom = type.source === 'custom';
  if (!isCustom && !cluster.strategyOf(type).countsGenerations) return undefined;
  if (!old) return 1;
  const generation = readNumber(old, 'metadata', 'generation') ?? (isCustom ? 1 : 0);
  if (subresource === 'status') return generation || undefined;
  const hasStatus = version.subresources.some(({ name }) => name === 'status');
  const isChanged = !isSameJson(asked(object, hasStatus), asked(old, hasStatus));
  const next = generation + (isChanged || annotationsCount(type, object, old) ? 1 : 0);
  return next || undefined;
}

function asked(value: JsonObject, hasStatus: boolean): JsonObject {
  const { metadata: _metadata, apiVersion: _version, kind: _kind, ...rest } = value;
  if (!hasStatus) return rest;
  const { status: _status, ...without } = rest;
  return without;
}

/** A rollback is an annotation, so those of a Deployment count. */
function annotationsCount(
  { group, resource }: WriteRequest['type'],
  object: JsonObject,
  old: JsonObject,
): boolean {
  if (group !== 'apps' || resource !== 'deployments') return false;
  const [before, after] = [old, object].map((one) => readObject(one, 'metadata', 'annotations'));
  return !isSameJson(before, after);
}

/**
 * What is empty is not stored. A kind whose server compares what it got with what it has stored, to the
 * letter, takes it for a change whenever it is sent.
 */
export function hasEmptyLists(value: Json | undefined): boolean {
  if (isJsonList(value)) return value.length === 0 || value.some(hasEmptyLists);
  if (!isJsonObject(value)) return false;
  return Object.entries(value).some(([name, member]) => {
    const isEmptyMap =
      name === 'matchLabels' && isJsonObject(member) && Object.keys(member).length === 0;
    return isEmptyMap || hasEmptyLists(member);
  });
}
