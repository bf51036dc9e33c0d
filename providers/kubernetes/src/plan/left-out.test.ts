import type { JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { findLeftOut, hasEmptyPart, putBack } from './left-out.ts';

const owners = [
  {
    manager: 'trueup',
    operation: 'Apply',
    fieldsV1: { 'f:spec': { 'f:list': { 'k:{"name":"a"}': { '.': {}, 'f:name': {} } } } },
  },
];
const object = (spec: JsonObject): JsonObject => ({
  metadata: { managedFields: owners },
  spec,
});

describe('what an apply leaves out', () => {
  const before = object({ args: ['x'], map: { a: '1' }, list: [{ name: 'a', words: ['x'] }] });
  const asked = { spec: { args: [], map: {}, list: [{ name: 'a', words: [] }], labels: {} } };

  it('is what is to be empty and was not, also within items', () => {
    const answer = object({ list: [{ name: 'a' }] });

    const leftOut = findLeftOut(asked, { before, answer });

    expect(leftOut.map((path) => path.join('.')).sort()).toEqual([
      'f:spec.f:args',
      'f:spec.f:list.k:{"name":"a"}.f:words',
      'f:spec.f:map',
    ]);
    expect(putBack(answer, asked, leftOut)['spec']).toEqual({
      args: [],
      map: {},
      list: [{ name: 'a', words: [] }],
    });
  });

  it('is nothing where the server never has it, or has it already', () => {
    const answer = object({ args: [], map: {}, list: [{ name: 'a', words: [] }] });

    expect(findLeftOut(asked, { before, answer })).toEqual([]);
    expect(findLeftOut(asked, { before: object({}), answer: object({}) })).toEqual([]);
  });

  it('brings containers along that went with it', () => {
    const path = ['f:spec', 'f:deep', 'f:map'];

    expect(putBack({}, { spec: { deep: { map: {} } } }, [path])).toEqual({
      spec: { deep: { map: {} } },
    });
  });

  it.each([
    [{}, true],
    [{ a: [{ b: [] }] }, true],
    [{ a: [{ b: '' }], c: null }, false],
  ])('can only be in what asks for something empty: %j', (body, expected) => {
    expect(hasEmptyPart(body)).toBe(expected);
  });
});
