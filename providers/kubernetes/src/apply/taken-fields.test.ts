import type { FieldPath, Json, JsonObject } from '@trueup/diagnostics';
import type { Change, FieldChange, ResourceId } from '@trueup/provider-sdk';
import {
  type ElementPath,
  fieldSetOf,
  formatFieldsV1,
  listPaths,
} from '@trueup/structured-merge/fields';
import { describe, expect, it } from 'vitest';

import { mayTake, takenFields } from './taken-fields.ts';

const at = (...names: readonly string[]): ElementPath => ['f:spec', ...names];
const scene = { fieldManager: 'trueup', leaveTo: [] };

function owner(manager: string, paths: readonly ElementPath[]): JsonObject {
  const operation = manager === 'trueup' ? 'Apply' : 'Update';
  return { manager, operation, fieldsV1: formatFieldsV1(fieldSetOf(paths)) };
}

function object(spec: JsonObject, ...managedFields: readonly JsonObject[]): JsonObject {
  return { metadata: { managedFields }, spec };
}

function told(path: FieldPath, before?: Json, after?: Json, more: object = {}): FieldChange {
  return {
    path: ['spec', ...path],
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
    sensitive: false,
    ...more,
  };
}

function changeOf(...fields: readonly FieldChange[]): Change {
  const id = 'Widget//w' as ResourceId;
  const position = { wave: 0, rank: 0 };
  const rest = { confidence: 'certain', hazards: [], position, dependsOn: [] } as const;
  return { id, action: 'update', fields, ...rest };
}

describe('taking fields from others', () => {
  const observed = object(
    { a: 1, b: 2, c: 3, set: ['x', 'y'], items: [{ name: 'i', v: 1 }] },
    owner('trueup', [at('f:a')]),
    owner('mallory', [
      at('f:a'),
      at('f:b'),
      at('f:c'),
      at('f:set', 'v:"x"'),
      at('f:set', 'v:"y"'),
      at('f:items', 'k:{"name":"i"}'),
    ]),
  );
  const taken = (body: JsonObject, ...fields: readonly FieldChange[]) =>
    listPaths(takenFields(changeOf(...fields), { body: { spec: body }, observed }, scene)).map(
      (path) => path.slice(1).join('.'),
    );

  it.each<[string, JsonObject, readonly FieldChange[], readonly string[]]>([
    ['what goes', {}, [told(['b'], 2)], ['f:b']],
    ['what we own as well, and drop', {}, [told(['a'], 1)], ['f:a']],
    ['what goes back to its default', {}, [told(['b'], 2, 0)], ['f:b']],
    ['nothing that is asked for', { b: 3 }, [told(['b'], 2, 3)], []],
    ['nothing that nobody tells of', {}, [told(['d'], 3)], []],
    ['nothing that happens by itself', {}, [told(['b'], 2, 0, { generated: true })], []],
    [
      'the items that go, not those that stay',
      { set: [] },
      [told(['set'], ['x', 'y'], ['y'])],
      ['f:set.v:"x"'],
    ],
    [
      'what is owned as a whole',
      {},
      [told(['items', { name: 'i' }, 'v'], 1)],
      ['f:items.k:{"name":"i"}'],
    ],
  ])('takes %s', (_name, body, fields, expected) => {
    expect(taken(body, ...fields)).toEqual(expected);
  });

  it.each<[string, FieldChange, boolean]>([
    ['a new field', told(['b'], undefined, 2), false],
    ['a value that is asked for', told(['b'], 1, 2), false],
    ['a value that is kept in another form', told(['b'], 1, '2'), true],
    ['a field that goes', told(['z'], 1), true],
    ['a list that loses an item', told(['set'], ['x', 'y'], ['y']), true],
    ['a list that gains one', told(['set'], ['y'], ['y', 'z']), true],
  ])('knows without looking whether %s may be of others', (_name, field, expected) => {
    expect(mayTake(changeOf(field), { spec: { b: 2, set: ['y'] } })).toBe(expected);
  });
});
