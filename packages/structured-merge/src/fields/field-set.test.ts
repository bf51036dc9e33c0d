import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { arbitraryFieldSet } from '../testing/arbitrary-fields.ts';
import {
  countFields,
  emptyFieldSet,
  type FieldSet,
  fieldSetOf,
  hasField,
  intersectFields,
  isEmptyFieldSet,
  isSameFieldSet,
  leavesOf,
  listPaths,
  subtractFields,
  subtractFieldsBelow,
  uniteFields,
} from './field-set.ts';

const sets = fc.tuple(arbitraryFieldSet(), arbitraryFieldSet(), arbitraryFieldSet());

describe('field sets', () => {
  it('have the members that they are told', () => {
    fc.assert(
      fc.property(arbitraryFieldSet(), (set) => {
        const paths = listPaths(set);

        expect(paths.every((path) => hasField(set, path))).toBe(true);
        expect(paths).toHaveLength(countFields(set));
        expect(isSameFieldSet(fieldSetOf(paths), set)).toBe(true);
      }),
      { seed: 1 },
    );
  });

  it.each<[string, (a: FieldSet, b: FieldSet, c: FieldSet) => [FieldSet, FieldSet]]>([
    ['union commutes', (a, b) => [uniteFields(a, b), uniteFields(b, a)]],
    [
      'union associates',
      (a, b, c) => [uniteFields(uniteFields(a, b), c), uniteFields(a, uniteFields(b, c))],
    ],
    ['union with itself is itself', (a) => [uniteFields(a, a), a]],
    ['intersection commutes', (a, b) => [intersectFields(a, b), intersectFields(b, a)]],
    ['intersection with a union is itself', (a, b) => [intersectFields(a, uniteFields(a, b)), a]],
    [
      'intersection is what subtraction leaves out',
      (a, b) => [intersectFields(a, b), subtractFields(a, subtractFields(a, b))],
    ],
    [
      'subtraction and intersection make up the whole',
      (a, b) => [uniteFields(subtractFields(a, b), intersectFields(a, b)), a],
    ],
    [
      'subtracting a union is subtracting both',
      (a, b, c) => [subtractFields(a, uniteFields(b, c)), subtractFields(subtractFields(a, b), c)],
    ],
    ['nothing is left without itself', (a) => [subtractFields(a, a), emptyFieldSet]],
    [
      'subtracting with all below takes at least as much',
      (a, b) => [subtractFields(subtractFieldsBelow(a, b), b), subtractFieldsBelow(a, b)],
    ],
  ])('%s', (_law, sides) => {
    fc.assert(
      fc.property(sets, ([a, b, c]) => {
        const [left, right] = sides(a, b, c);

        expect(listPaths(left)).toEqual(listPaths(right));
        expect(isSameFieldSet(left, right)).toBe(true);
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  it('agree with sets of paths', () => {
    fc.assert(
      fc.property(sets, ([a, b]) => {
        const text = (set: FieldSet): Set<string> =>
          new Set(listPaths(set).map((path) => JSON.stringify(path)));

        expect(text(uniteFields(a, b))).toEqual(text(a).union(text(b)));
        expect(text(intersectFields(a, b))).toEqual(text(a).intersection(text(b)));
        expect(text(subtractFields(a, b))).toEqual(text(a).difference(text(b)));
        expect(text(subtractFieldsBelow(a, b))).toEqual(withoutBelow(a, b));
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it('lose a container without what is in it, or with', () => {
    const set = fieldSetOf([['f:a'], ['f:a', 'f:b'], ['f:a', 'f:b', 'f:c']]);
    const container = fieldSetOf([['f:a', 'f:b']]);

    expect(listPaths(subtractFields(set, container))).toEqual([['f:a'], ['f:a', 'f:b', 'f:c']]);
    expect(listPaths(subtractFieldsBelow(set, container))).toEqual([['f:a']]);
  });

  it('know their leaves', () => {
    const set = fieldSetOf([['f:a'], ['f:a', 'f:b'], ['f:c']]);

    expect(listPaths(leavesOf(set))).toEqual([['f:c'], ['f:a', 'f:b']]);
  });

  it('never hold the whole object', () => {
    expect(isEmptyFieldSet(fieldSetOf([[]]))).toBe(true);
    expect(hasField(fieldSetOf([['f:a']]), [])).toBe(false);
  });
});

function withoutBelow(a: FieldSet, b: FieldSet): Set<string> {
  const left = listPaths(a).filter(
    (path) => !path.some((_, at) => hasField(b, path.slice(0, at + 1))),
  );
  return new Set(left.map((path) => JSON.stringify(path)));
}
