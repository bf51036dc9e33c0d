import type { FieldPath, JsonObject } from '@trueup/diagnostics';
import type { KeysOf } from '@trueup/provider-sdk';
import { descend, type FieldSet } from '@trueup/structured-merge/fields';

import { listOwners, toElements } from './field-owners.ts';

/**
 * The keys of lists as the server itself used them: owned items are recorded by key, so the record
 * tells what no other source is needed for. A list without owned items counts as one value.
 */
export function keysFromOwners(bodies: readonly JsonObject[]): KeysOf {
  const sets = bodies.flatMap(listOwners).map(({ fields }) => fields);
  return (path: FieldPath) => {
    const elements = toElements(path);
    for (const set of sets) {
      const below = descend(set, elements);
      const names = below && keyNamesOf(below);
      if (names) return names;
    }
    return undefined;
  };
}

function keyNamesOf({ children, members }: FieldSet): readonly string[] | undefined {
  for (const step of [...children.keys(), ...members]) {
    if (step.startsWith('k:')) return Object.keys(JSON.parse(step.slice(2))).sort();
  }
  return undefined;
}
