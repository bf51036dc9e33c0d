import type { Json, JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { type FieldSet, fieldSetOf, listPaths } from '../fields/field-set.ts';
import { formatServerPath } from '../fields/path-element.ts';
import { readSchema } from '../schema/read-schema.ts';
import { compareTyped } from './compare.ts';
import { describeProblems } from './describe-problems.ts';
import { extractFields, withoutFields } from './extract-fields.ts';
import { mergeTyped } from './merge-typed.ts';
import { reconcileFields } from './reconcile-fields.ts';
import { removeTyped } from './remove-fields.ts';
import { toFieldSet } from './to-field-set.ts';
import { validateTyped } from './validate.ts';

const text: JsonObject = { type: 'string' };
const part: JsonObject = {
  type: 'object',
  properties: { name: text, kind: { type: 'string', default: 'x' }, size: { type: 'integer' } },
};
const keyed: JsonObject = {
  type: 'array',
  items: part,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name', 'kind'],
};
const properties: JsonObject = {
  text,
  count: { type: 'integer' },
  map: { type: 'object', additionalProperties: text },
  atomicMap: { type: 'object', additionalProperties: text, 'x-kubernetes-map-type': 'atomic' },
  struct: part,
  keyed,
  set: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
  list: { type: 'array', items: text },
  any: { 'x-kubernetes-int-or-string': true },
  sets: { type: 'object', additionalProperties: { ...keyed } },
};
const schema = readSchema(
  { type: 'object', properties },
  { resolve: () => undefined, preserveUnknown: false },
);

/** Paths as one text each, short to write: `keyed k:{"name":"a"} f:size`. */
function print(set: FieldSet): readonly string[] {
  return listPaths(set).map((path) => path.join(' ').replaceAll('\\', ''));
}

const a = 'k:{"kind":"x","name":"a"}';

describe('toFieldSet', () => {
  it.each<[string, JsonObject, readonly string[]]>([
    ['leaves', { text: 'a', count: 1 }, ['f:count', 'f:text']],
    ['members of maps, and the map only if it is empty', { map: { a: 'b' } }, ['f:map f:a']],
    ['empty and null containers', { map: {}, struct: null }, ['f:map', 'f:struct']],
    ['atomic values as a whole', { atomicMap: { a: 'b' }, list: [] }, ['f:atomicMap', 'f:list']],
    ['items by value', { set: ['b', 'a'] }, ['f:set v:"a"', 'f:set v:"b"']],
    [
      'items by key, absent keys by their default',
      { keyed: [{ name: 'a', size: 1 }] },
      [`f:keyed ${a}`, `f:keyed ${a} f:name`, `f:keyed ${a} f:size`],
    ],
    [
      'an explicit null in a key',
      { keyed: [{ name: 'a', kind: null }] },
      [
        'f:keyed k:{"kind":null,"name":"a"}',
        'f:keyed k:{"kind":null,"name":"a"} f:kind',
        'f:keyed k:{"kind":null,"name":"a"} f:name',
      ],
    ],
    ['nothing of an empty list of items', { keyed: [], set: [] }, []],
    [
      'one field of items with the same key',
      { keyed: [{ name: 'a' }, { name: 'a', size: 1 }] },
      [`f:keyed ${a}`],
    ],
    ['any shape that a type allows', { any: { a: { b: 1 } } }, ['f:any f:a', 'f:any f:a f:b']],
  ])('has %s', (_name, value, expected) => {
    expect(print(toFieldSet(value, schema))).toEqual(expected);
  });
});

describe('validateTyped', () => {
  it.each<[string, JsonObject, readonly string[]]>([
    ['nothing', { text: 'a', count: null, list: ['a'], any: [1, 'a'] }, []],
    [
      'a wrong scalar',
      { text: 1, count: 'a' },
      ['.text: expected string, got number', '.count: expected numeric (int or float), got string'],
    ],
    [
      'a wrong shape',
      { map: [], keyed: {}, text: {} },
      [
        '.map: expected map, got list',
        '.keyed: expected list, got map',
        '.text: expected string, got map',
      ],
    ],
    ['a member too many', { struct: { more: 1 } }, ['.struct.more: field not declared in schema']],
    [
      'a key twice',
      { keyed: [{ name: 'a' }, { name: 'a', kind: 'x' }] },
      ['.keyed: duplicate entries for key [kind="x",name="a"]'],
    ],
    ['a value twice', { set: ['a', 'b', 'a'] }, ['.set: duplicate entries for key [="a"]']],
    [
      'an item that is null',
      { keyed: [null] },
      ['.keyed: element 0: associative list with keys may not have a null element'],
    ],
    [
      'an item of a set that is a map',
      { set: [{}] },
      ["set: element 0: associative list without keys has an element that's a map type"].map(
        (line) => `.${line}`,
      ),
    ],
  ])('reports %s', (_name, value, expected) => {
    const problems = validateTyped(value, schema, { allowDuplicates: false });

    expect(problems.map(({ path, message }) => `${formatServerPath(path)}: ${message}`)).toEqual(
      expected,
    );
  });

  it('lets stored objects have items twice', () => {
    const value = { set: ['a', 'a'], keyed: [{ name: 'a' }, { name: 'a' }] };

    expect(validateTyped(value, schema, { allowDuplicates: true })).toEqual([]);
  });

  it('does not repeat values', () => {
    const problems = validateTyped({ count: 'secret' }, schema, { allowDuplicates: false });

    expect(JSON.stringify(problems)).not.toContain('secret');
  });

  it('ends where a value has no end', () => {
    let value: Json = 1;
    for (let depth = 0; depth < 5000; depth += 1) value = { a: value };

    expect(validateTyped({ any: value }, schema, { allowDuplicates: false })).toMatchObject([
      { message: 'nested too deeply' },
    ]);
  });
});

describe('compareTyped', () => {
  it.each<[string, JsonObject, JsonObject, object]>([
    ['nothing', { text: 'a', set: ['a', 'b'] }, { text: 'a', set: ['b', 'a'] }, {}],
    ['a changed leaf', { text: 'a' }, { text: 'b' }, { modified: ['f:text'] }],
    ['numbers by their value', { count: 1 }, { count: 1.0 }, {}],
    ['a new container with all in it', {}, { map: { a: 'b' } }, { added: ['f:map', 'f:map f:a'] }],
    [
      'a lost container with all in it',
      { map: { a: 'b' } },
      {},
      { removed: ['f:map', 'f:map f:a'] },
    ],
    ['an emptied container', { map: { a: 'b' } }, { map: {} }, { removed: ['f:map f:a'] }],
    ['null instead of nothing', { map: {} }, { map: null }, { modified: ['f:map'] }],
    ['an atomic value as a whole', { list: ['a'] }, { list: ['a', 'b'] }, { modified: ['f:list'] }],
    [
      'an item of a list',
      { keyed: [{ name: 'a', size: 1 }] },
      { keyed: [{ name: 'a', kind: 'x', size: 2 }] },
      { added: [`f:keyed ${a} f:kind`], modified: [`f:keyed ${a} f:size`] },
    ],
    [
      'an item that is there twice now',
      { set: ['a'] },
      { set: ['a', 'a'] },
      { added: ['f:set v:"a"'], removed: ['f:set v:"a"'] },
    ],
    [
      'an item that was there twice',
      { set: ['a', 'a'] },
      { set: ['a'] },
      { added: ['f:set v:"a"'], removed: ['f:set v:"a"'] },
    ],
    [
      'another shape',
      { any: 'a' },
      { any: { b: 1 } },
      { added: ['f:any f:b'], modified: ['f:any'] },
    ],
  ])('finds %s', (_name, before, after, expected) => {
    const { added, modified, removed } = compareTyped(before, after, schema);

    const found = { added: print(added), modified: print(modified), removed: print(removed) };

    expect(found).toEqual({ added: [], modified: [], removed: [], ...expected });
  });
});

describe('mergeTyped', () => {
  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    ['sets leaves', { text: 'a', count: 1 }, { text: 'b' }, { text: 'b', count: 1 }],
    [
      'merges maps',
      { map: { a: '1', b: '2' } },
      { map: { b: '3', c: '4' } },
      { map: { a: '1', b: '3', c: '4' } },
    ],
    [
      'replaces atomic values',
      { list: ['a'], atomicMap: { a: '1' } },
      { list: ['b'], atomicMap: {} },
      { list: ['b'], atomicMap: {} },
    ],
    ['keeps null and empty apart', { map: {} }, { map: null }, { map: null }],
    [
      'leaves what an empty map says nothing about',
      { map: { a: '1' } },
      { map: {} },
      { map: { a: '1' } },
    ],
    [
      'merges items by key',
      { keyed: [{ name: 'a', size: 1 }] },
      { keyed: [{ name: 'a', kind: 'x' }] },
      { keyed: [{ name: 'a', size: 1, kind: 'x' }] },
    ],
    ['sets null', { text: 'a' }, { text: null }, { text: null }],
    ['takes another shape', { any: 'a' }, { any: { b: 1 } }, { any: { b: 1 } }],
  ])('%s', (_name, observed, applied, expected) => {
    expect(mergeTyped(observed, applied, schema)).toEqual(expected);
  });

  it.each<[string, string, string, string]>([
    ['appends what is new', 'abc', 'd', 'abcd'],
    ['keeps the order that both agree on', 'abcd', 'bd', 'abcd'],
    ['takes the applied order', 'abc', 'cba', 'cba'],
    ['puts the others between', 'abcd', 'dcb', 'adcb'],
    ['puts what is new where it is applied', 'abc', 'axc', 'abxc'],
    ['puts what is new in front', 'bc', 'abc', 'abc'],
    ['keeps others where they are met', 'xaby', 'ba', 'xbya'],
    ['puts what is new before what is awaited', 'az', 'xa', 'xaz'],
    ['puts what is new before what is awaited after a match', 'abz', 'axb', 'axbz'],
    ['awaits the next one after a match', 'axcb', 'abc', 'axbc'],
    ['starts from nothing', '', 'ba', 'ba'],
    ['changes nothing with nothing', 'ba', '', 'ba'],
  ])('orders sets: %s', (_name, observed, applied, expected) => {
    const [old, young] = [observed, applied].map((letters) => ({ set: [...letters] }));

    expect(mergeTyped(old ?? null, young ?? null, schema)).toEqual({ set: [...expected] });
  });

  it('replaces items that were there twice', () => {
    const observed = { keyed: [{ name: 'a', size: 1 }, { name: 'b' }, { name: 'a', size: 2 }] };

    const merged = mergeTyped(observed, { keyed: [{ name: 'a' }] }, schema);

    expect(merged).toEqual({ keyed: [{ name: 'a' }, { name: 'b' }] });
  });

  it('takes names for what they are', () => {
    const applied = JSON.parse('{"map": {"__proto__": "a", "constructor": "b"}}');

    const merged = mergeTyped({ map: { x: 'y' } }, applied, schema);

    expect(JSON.stringify(merged)).toBe('{"map":{"x":"y","__proto__":"a","constructor":"b"}}');
  });
});

describe('removeTyped', () => {
  it.each<[string, JsonObject, readonly (readonly string[])[], Json]>([
    ['leaves', { text: 'a', count: 1 }, [['f:text']], { count: 1 }],
    [
      'items with all in them',
      { keyed: [{ name: 'a' }, { name: 'b' }] },
      [['f:keyed', a]],
      { keyed: [{ name: 'b' }] },
    ],
    [
      'fields of items',
      { keyed: [{ name: 'a', size: 1 }] },
      [['f:keyed', a, 'f:size']],
      { keyed: [{ name: 'a' }] },
    ],
    ['nothing that is not there', { text: 'a' }, [['f:map', 'f:a']], { text: 'a' }],
    [
      'all of a container, which is null then',
      { map: { a: 'b' } },
      [['f:map', 'f:a']],
      { map: null },
    ],
  ])('removes %s', (_name, value, paths, expected) => {
    expect(removeTyped(value, fieldSetOf(paths), schema)).toEqual(expected);
  });
});

describe('reconcileFields', () => {
  it('makes who owned a part the owner of what has become atomic', () => {
    const set = fieldSetOf([
      ['f:atomicMap', 'f:a'],
      ['f:list', 'i:0'],
      ['f:map', 'f:a'],
      ['f:text'],
    ]);

    expect(print(reconcileFields(set, schema))).toEqual([
      'f:atomicMap',
      'f:list',
      'f:text',
      'f:map f:a',
    ]);
  });

  it('leaves a set that fits, and what is deduced', () => {
    const set = fieldSetOf([
      ['f:atomicMap'],
      ['f:any', 'f:a', 'f:b'],
      ['f:set', 'v:"a"'],
      ['f:gone', 'f:a'],
    ]);

    expect(reconcileFields(set, schema)).toBe(set);
  });
});

describe('parts of an object', () => {
  const object = {
    apiVersion: 'v1',
    kind: 'A',
    metadata: { name: 'n', labels: { a: 'b' } },
    text: 'a',
    map: { a: '1', b: '2' },
    keyed: [
      { name: 'a', size: 1 },
      { name: 'b', kind: 'y', size: 2 },
    ],
    set: ['a', 'b'],
    list: ['a'],
    empty: {},
  };
  const fields = fieldSetOf([
    ['f:map', 'f:a'],
    ['f:keyed', 'k:{"kind":"y","name":"b"}'],
    ['f:keyed', 'k:{"kind":"y","name":"b"}', 'f:size'],
    ['f:set', 'v:"b"'],
    ['f:list'],
    ['f:gone'],
  ]);

  it('are what somebody owns, with keys and name', () => {
    expect(extractFields(object, fields, schema)).toEqual({
      apiVersion: 'v1',
      kind: 'A',
      metadata: { name: 'n' },
      map: { a: '1' },
      keyed: [{ name: 'b', kind: 'y', size: 2 }],
      set: ['b'],
      list: ['a'],
    });
  });

  it('are what is left without that', () => {
    expect(withoutFields(object, fields, schema)).toEqual({
      apiVersion: 'v1',
      kind: 'A',
      metadata: object.metadata,
      text: 'a',
      map: { b: '2' },
      keyed: [{ name: 'a', size: 1 }],
      set: ['a'],
      empty: {},
    });
    expect(withoutFields({ map: { a: '1' } }, fields, schema)).toEqual({});
  });
});

describe('describeProblems', () => {
  it('says what the server says', () => {
    const strict = { allowDuplicates: false };
    const one = validateTyped({ text: 1 }, schema, strict);
    const two = validateTyped({ text: 1, more: 1 }, schema, strict);

    expect(describeProblems(one)).toBe('.text: expected string, got number');
    expect(describeProblems(two)).toBe(
      'errors:\n  .text: expected string, got number\n  .more: field not declared in schema',
    );
  });
});
