import { type Json, type JsonObject, readField, readList, readText } from '@trueup/diagnostics';
import { fieldSetOf, formatFieldsV1 } from '@trueup/structured-merge/fields';
import { describe, expect, it } from 'vitest';

import { findForeign } from './foreign-fields.ts';
import { leaveFields } from './leave-fields.ts';
import { keysFromOwners } from './list-keys.ts';
import { isFormerManager, moveOwnership } from './move-ownership.ts';
import { removeFields } from './remove-fields.ts';

type Path = readonly string[];

function entry(manager: string, paths: readonly Path[], more: JsonObject = {}): JsonObject {
  return {
    manager,
    operation: manager === 'trueup' ? 'Apply' : 'Update',
    apiVersion: 'v1',
    time: '2026-01-01T00:00:00Z',
    fieldsV1: formatFieldsV1(fieldSetOf(paths)),
    ...more,
  };
}

function object(spec: Json, ...managedFields: readonly JsonObject[]): JsonObject {
  return { apiVersion: 'v1', kind: 'Widget', metadata: { name: 'w', managedFields }, spec };
}

const at = (...names: Path) => ['f:spec', ...names.map((name) => `f:${name}`)];
const leaving = { scaled: false, leaveTo: [], fieldManager: 'trueup' };

describe('leaving fields to others', () => {
  const desired = object({ replicas: 1, size: 1 });

  it('keeps the observed value of what we own, since to drop it would remove it', () => {
    const observed = object(
      { replicas: 7, size: 2 },
      entry('trueup', [at('replicas'), at('size')]),
    );

    const body = leaveFields(desired, observed, { ...leaving, scaled: true });

    expect(readField(body, 'spec')).toEqual({ replicas: 7, size: 1 });
  });

  it('asks no more for what others own alone', () => {
    const observed = object(
      { replicas: 7, size: 2 },
      entry('trueup', [at('size')]),
      entry('tuner', [at('replicas')]),
    );

    expect(readField(leaveFields(desired, observed, { ...leaving, scaled: true }), 'spec')).toEqual(
      {
        size: 1,
      },
    );
    expect(
      readField(leaveFields(desired, observed, { ...leaving, leaveTo: ['tuner'] }), 'spec'),
    ).toEqual({ size: 1 });
    expect(leaveFields(desired, observed, leaving)).toBe(desired);
  });
});

describe('foreign fields', () => {
  it('are those that others own and we do not', () => {
    const observed = object(
      { a: 1, b: 2, c: 3, d: 4, e: 5 },
      entry('trueup', [at('a')]),
      entry('mallory', [at('a'), at('b'), at('gone')]),
      entry('kube-controller-manager', [at('c')]),
      entry('tuner', [at('d')]),
      entry('reporter', [at('e')], { subresource: 'status' }),
    );

    const found = findForeign(observed, 'trueup', ['tuner']);

    expect(found.map(({ path, writer }) => `${path.join('.')} ${writer.name}`)).toEqual([
      'f:spec.f:b mallory',
    ]);
  });
});

describe('moving ownership', () => {
  const observed = object(
    { a: 1, b: 2 },
    entry('trueup', [at('a')]),
    entry('kubectl-client-side-apply', [at('b')]),
    entry('mallory', [at('a'), at('c')]),
  );
  const move = {
    fieldManager: 'trueup',
    apiVersion: 'v1',
    whole: () => false,
    dropped: fieldSetOf([]),
  } as const;
  const managersOf = (entries: readonly JsonObject[] | undefined) =>
    entries?.map((one) => `${readText(one, 'manager')} ${JSON.stringify(one['fieldsV1'])}`);

  it('takes all from former managers', () => {
    const moved = moveOwnership(observed, {
      ...move,
      whole: isFormerManager,
      fields: fieldSetOf([]),
    });

    expect(managersOf(moved)).toEqual([
      'mallory {"f:spec":{"f:a":{},"f:c":{}}}',
      'trueup {"f:spec":{"f:a":{},"f:b":{}}}',
    ]);
  });

  it('takes single fields from anybody', () => {
    const moved = moveOwnership(observed, { ...move, fields: fieldSetOf([at('c')]) });

    expect(managersOf(moved)).toEqual([
      'kubectl-client-side-apply {"f:spec":{"f:b":{}}}',
      'mallory {"f:spec":{"f:a":{}}}',
      'trueup {"f:spec":{"f:a":{},"f:c":{}}}',
    ]);
    expect(moveOwnership(observed, { ...move, fields: fieldSetOf([at('z')]) })).toBeUndefined();
  });

  it('takes containers along that become empty, since they would stay and be invalid', () => {
    const paths = [at('a'), at('a', 'b'), at('a', 'b', 'c'), at('d'), at('d', 'e'), at('d', 'f')];
    const nested = object({ a: { b: { c: 1 } }, d: { e: 1, f: 1 } }, entry('mallory', paths));

    const moved = moveOwnership(nested, {
      ...move,
      fields: fieldSetOf([at('a', 'b', 'c'), at('d', 'e')]),
    });

    expect(managersOf(moved)).toEqual([
      'mallory {"f:spec":{"f:d":{".":{},"f:f":{}}}}',
      'trueup {"f:spec":{"f:a":{".":{},"f:b":{".":{},"f:c":{}}},"f:d":{"f:e":{}}}}',
    ]);
  });
});

it('removes fields, and containers that become empty by that', () => {
  const body = object({
    a: { b: 1 },
    list: [{ name: 'x', v: 1 }, { name: 'y' }],
    tags: ['p', 'q'],
  });
  const fields = fieldSetOf([
    at('a', 'b'),
    [...at('list'), 'k:{"name":"x"}', 'f:v'],
    [...at('list'), 'k:{"name":"y"}'],
    [...at('tags'), 'v:"p"'],
  ]);

  expect(readField(removeFields(body, fields), 'spec')).toEqual({
    list: [{ name: 'x' }],
    tags: ['q'],
  });
});

it('knows the keys of lists from those who wrote into them', () => {
  const ports = [...at('ports'), 'k:{"port":80,"protocol":"TCP"}', 'f:name'];
  const keysOf = keysFromOwners([object({}, entry('mallory', [ports]))]);

  expect(keysOf(['spec', 'ports'])).toEqual(['port', 'protocol']);
  expect(keysOf(['spec', 'args'])).toBeUndefined();
  expect(readList(object({}), 'metadata', 'managedFields')).toEqual([]);
});
