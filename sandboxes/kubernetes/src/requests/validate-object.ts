/** Everything that is wrong with an object apart from its metadata. */

import type { JsonObject } from '@trueup/diagnostics';

import type { Cluster } from '../cluster/cluster.ts';
import type { FieldError } from '../validation/field-error.ts';
import { validateCustom } from '../validation/validate-custom.ts';
import type { WriteRequest } from './write-request.ts';

export function validateObject(
  cluster: Cluster,
  { type, version, subresource }: WriteRequest,
  object: JsonObject,
  old: JsonObject | undefined,
): readonly FieldError[] {
  if (version.customSchema) return validateCustom(version.customSchema, object);
  // A status is written by controllers, which are trusted to know what they write.
  if (subresource === 'status') return [];
  const strategy = cluster.strategyOf(type);
  const { [subresource]: validateUpdate = strategy.validateUpdate } = strategy.validateParts ?? {};
  return [
    ...(old ? [] : (strategy.validateCreate?.(object, cluster) ?? [])),
    ...(strategy.validate?.(object, cluster) ?? []),
    ...(old ? (validateUpdate?.(object, old) ?? []) : []),
  ];
}
