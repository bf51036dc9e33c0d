import type { Scalar } from 'yaml';

import { resolveScalar } from './resolve-scalar.ts';

/** The exact parser's `<<` where it merges: quoted it is a name like any other. */
export function isMergeKey({ type, value, tag }: Scalar): boolean {
  return type === 'PLAIN' && value === '<<' && tag === undefined;
}

/**
 * The name that a key has as a member of an object: `on:` is called "true". The node is one that was
 * parsed with the schema `failsafe`, so its value is still text. `undefined` for an empty key.
 */
export function resolveKey({ type, value, tag }: Scalar): string | undefined {
  const text = typeof value === 'string' ? value : '';
  if (type !== undefined && type !== 'PLAIN') return text;
  if (tag !== undefined) return text;
  const resolved = resolveScalar(text);
  return resolved === null ? undefined : String(resolved);
}
