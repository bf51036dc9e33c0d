import { isJsonObject } from '@trueup/diagnostics';
import { type ObservedResource, type Output, parseResourceId } from '@trueup/provider-sdk';

import { outputKind } from '../prepare/prepare-stack.ts';

/**
 * What the state holds for others: an output without a value is none. A value without a word on it is
 * taken for a secret.
 */
export function readOutputs(
  observed: readonly ObservedResource[],
): Readonly<Record<string, Output>> {
  return Object.fromEntries(
    observed.flatMap(({ id, body }): readonly (readonly [string, Output])[] => {
      const { kind, name } = parseResourceId(id);
      if (kind !== outputKind || !isJsonObject(body) || !Object.hasOwn(body, 'value')) return [];
      const { value = null, sensitive } = body;
      if (value === null) return [];
      return [[name, { value, sensitive: sensitive !== false }]];
    }),
  );
}
