import { fieldSetOf, listPaths } from '@trueup/structured-merge/fields';
import { expect, it } from 'vitest';

import { dropByPatch } from './drop-by-patch.ts';

it('takes empty lists away, and what lies in what is to be empty', () => {
  const observed = {
    spec: { a: [], b: { c: [], d: ['x'] }, e: { f: 1, g: 1 }, list: [{ name: 'x', f: [] }], h: {} },
  };
  const paths = [
    ['f:spec', 'f:a'],
    ['f:spec', 'f:b', 'f:c'],
    ['f:spec', 'f:b', 'f:d'],
    ['f:spec', 'f:e', 'f:f'],
    ['f:spec', 'f:e', 'f:g'],
    ['f:spec', 'f:h'],
    ['f:spec', 'f:list', 'k:{"name":"x"}', 'f:f'],
    ['f:spec', 'f:gone'],
  ];

  const body = { spec: { b: { x: 1 }, e: {} } };
  const { patch, dropped } = dropByPatch(fieldSetOf(paths), { observed, body });

  expect(patch).toEqual({ spec: { a: null, b: { c: null }, e: { f: null, g: null } } });
  expect(listPaths(dropped).map((path) => path.at(-1))).toEqual(['f:a', 'f:c', 'f:f', 'f:g']);
});

it('takes what becomes empty within what is to be empty as a whole', () => {
  const observed = { spec: { e: { inner: { a: 1, b: 1 }, other: { c: 1, d: 1 } } } };
  const fields = fieldSetOf([
    ['f:spec', 'f:e', 'f:inner', 'f:a'],
    ['f:spec', 'f:e', 'f:inner', 'f:b'],
    ['f:spec', 'f:e', 'f:other', 'f:c'],
  ]);

  const { patch, dropped } = dropByPatch(fields, { observed, body: { spec: { e: {} } } });

  expect(patch).toEqual({ spec: { e: { inner: null, other: { c: null } } } });
  expect(listPaths(dropped)).toHaveLength(3);
});
