import type { Json } from '@trueup/diagnostics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { arbitraryFieldSet } from '../testing/arbitrary-fields.ts';
import { fieldSetOf, isSameFieldSet, listPaths } from './field-set.ts';
import { formatFieldsV1, parseFieldsV1 } from './fields-v1.ts';

describe('FieldsV1', () => {
  it('survives being written', () => {
    fc.assert(
      fc.property(arbitraryFieldSet(), (set) => {
        const written = JSON.parse(JSON.stringify(formatFieldsV1(set)));
        const read = parseFieldsV1(written);

        expect(read && isSameFieldSet(read, set)).toBe(true);
        expect(read && JSON.stringify(formatFieldsV1(read))).toBe(JSON.stringify(written));
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it.each<[string, Json]>([
    [
      'members in the order of the server',
      {
        'f:a': {},
        'f:b': { '.': {}, 'f:c': {} },
        'k:{"name":"x"}': {},
        'k:{"port":80,"protocol":"TCP"}': { 'f:d': {} },
        'k:{"port":443,"protocol":"TCP"}': {},
        'v:1': {},
        'v:2.5': {},
        'v:"a"': {},
        'v:true': {},
        'i:2': {},
        'i:10': {},
      },
    ],
    ['an empty set', {}],
    ['keys with the characters that Go escapes', { 'k:{"name":"\\u003ca\\u0026b\\u003e"}': {} }],
    ['integers to the last digit', { 'v:9007199254740993': {} }],
  ])('writes %s', (_name, fields) => {
    const set = parseFieldsV1(fields);

    expect(set && JSON.stringify(formatFieldsV1(set))).toBe(JSON.stringify(fields));
  });

  it('reads keys whatever the order of their members and their escapes', () => {
    const set = parseFieldsV1({ 'k:{ "b": 2, "a": "<" }': {}, 'v:"\\u0061"': {} });

    expect(set && listPaths(set)).toEqual([['k:{"a":"\\u003c","b":2}'], ['v:"a"']]);
  });

  it('passes over elements of unknown kinds', () => {
    const set = parseFieldsV1({ 'f:a': {}, 'z:b': { 'f:c': {} }, 'f:d': { 'z:e': {} } });

    expect(set && isSameFieldSet(set, fieldSetOf([['f:a'], ['f:d']]))).toBe(true);
  });

  it.each<[string, Json]>([
    ['a list', []],
    ['null', null],
    ['a text below', { 'f:a': 'x' }],
    ['an element without a kind', { a: {} }],
    ['a key that is no object', { 'k:1': {} }],
    ['a value that is no JSON', { 'v:x': {} }],
    ['an index that is no number', { 'i:x': {} }],
    ['what is nested without end', nest(1500)],
  ])('refuses %s', (_name, fields) => {
    expect(parseFieldsV1(fields)).toBeUndefined();
  });

  it('takes names for what they are', () => {
    const fields = JSON.parse('{"f:__proto__":{"f:constructor":{}}}');

    const set = parseFieldsV1(fields);

    expect(set && listPaths(set)).toEqual([['f:__proto__', 'f:constructor']]);
  });
});

function nest(depth: number): Json {
  let fields: Json = {};
  for (let level = 0; level < depth; level += 1) fields = { 'f:a': fields };
  return fields;
}
