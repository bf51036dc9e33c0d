import { type JsonObject, readObject } from '@trueup/diagnostics';
import type { Stack } from '@trueup/provider-sdk';

import { labelOf } from '../client/read-fields.ts';

/**
 * Says to which stack an object belongs. Deletions and the search for a lost inventory go by it, so
 * another name orphans everything that was ever applied.
 */
export const ownerLabel = 'trueup.dev/owner';

/** The stack's name, for people. No decision goes by it. */
export const stackAnnotation = 'trueup.dev/stack';

export function markObject(body: JsonObject, { owner, name }: Stack): JsonObject {
  const metadata = readObject(body, 'metadata');
  return {
    ...body,
    metadata: {
      ...metadata,
      labels: { ...readObject(metadata, 'labels'), [ownerLabel]: owner },
      annotations: { ...readObject(metadata, 'annotations'), [stackAnnotation]: name },
    },
  };
}

/** `former`: of a name that the stack had before, hence ours as well. */
export function whoseIs(body: JsonObject, stack: Stack): 'ours' | 'former' | 'other' | 'nobody' {
  const owner = labelOf(body, ownerLabel);
  if (owner === undefined) return 'nobody';
  if (owner === stack.owner) return 'ours';
  return stack.formerOwners.includes(owner) ? 'former' : 'other';
}

/** Selects what bears the mark of any of these owners. */
export function selectorOf(owners: readonly string[]): string {
  return owners.length === 1
    ? `${ownerLabel}=${owners[0]}`
    : `${ownerLabel} in (${owners.join(',')})`;
}
