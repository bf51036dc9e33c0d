import fc from 'fast-check';

import { type FieldSet, fieldSetOf } from '../fields/field-set.ts';
import { formatPathElement, type PathElement } from '../fields/path-element.ts';

/** Few enough to meet, strange enough to matter. */
export function arbitraryElement(): fc.Arbitrary<PathElement> {
  const name = fc.constantFrom('a', 'b', 'é', '', '.', '__proto__', 'f:a', 'x.y/z', '"<&>"');
  const scalar = fc.constantFrom('a', '<', '', 1, -2, 1.5, true, 2n ** 60n);
  const field = name.map((each): PathElement => ({ kind: 'field', name: each }));
  const value = scalar.map((each): PathElement => ({ kind: 'value', value: each }));
  const index = fc.nat({ max: 3 }).map((each): PathElement => ({ kind: 'index', index: each }));
  const key = fc
    .tuple(fc.constantFrom('name', 'port'), scalar, fc.option(scalar))
    .map(([member, first, second]): PathElement => {
      const more = second === null ? {} : { protocol: second };
      return { kind: 'key', key: { [member]: first, ...more } };
    });
  return fc.oneof({ weight: 3, arbitrary: field }, key, value, index);
}

export function arbitraryFieldSet(): fc.Arbitrary<FieldSet> {
  const path = fc.array(arbitraryElement().map(formatPathElement), { minLength: 1, maxLength: 4 });
  return fc.array(path, { maxLength: 12 }).map(fieldSetOf);
}
