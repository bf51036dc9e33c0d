import { expect, it } from 'vitest';

import { dropEmptyLists } from './drop-empty-lists.ts';

it('takes empty lists away, and nothing else', () => {
  const observed = { spec: { a: [], b: { c: [], d: ['x'] }, e: {}, list: [{ name: 'x', f: [] }] } };
  const paths = [
    ['spec', 'a'],
    ['spec', 'b', 'c'],
    ['spec', 'b', 'd'],
    ['spec', 'e'],
    ['spec', 'list', { name: 'x' }, 'f'],
    ['spec', 'gone'],
  ];

  expect(dropEmptyLists(observed, paths)).toEqual({ spec: { a: null, b: { c: null } } });
  expect(dropEmptyLists(observed, [])).toEqual({});
});
