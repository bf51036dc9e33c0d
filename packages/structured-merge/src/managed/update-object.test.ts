import type { Json, JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { fieldSetOf, listPaths } from '../fields/field-set.ts';
import { schemaFromCrd } from '../schema/schema-from-crd.ts';
import { everyTypeSchema } from '../testing/every-type-crd.ts';
import { keepTimes } from './keep-times.ts';
import { managedFieldsOf } from './managed-fields.ts';
import { ownersOf } from './owners-of.ts';
import { fromScaleEntries, toScaleEntries } from './scale-owners.ts';
import { type UpdateRequest, updateObject } from './update-object.ts';

const schema = schemaFromCrd(everyTypeSchema);

function object(spec: JsonObject, managedFields?: Json): JsonObject {
  const metadata = { name: 'a', uid: 'u', ...(managedFields !== undefined && { managedFields }) };
  return { apiVersion: 'a/v1', kind: 'A', metadata, spec };
}

function update(manager: string, after: JsonObject, more: Partial<UpdateRequest> = {}): JsonObject {
  const now = new Date('2026-01-02T03:04:05Z');
  return updateObject({ after, manager, apiVersion: 'a/v1', schema, now, ...more });
}

/** What each owner owns, as `manager operation: path, path`. */
function owners(of: JsonObject): readonly string[] {
  return ownersOf(of).map(({ manager, operation, fields }) => {
    const paths = listPaths(fields).map((path) => path.slice(1).join(' '));
    return `${manager} ${operation}: ${paths.join(', ')}`;
  });
}

describe('updateObject', () => {
  it('gives all that is created to its creator', () => {
    const created = update('ann', object({ text: 'a', granular: { x: '1' } }));

    expect(owners(created)).toEqual(['ann Update: , f:granular, f:text, f:granular f:x']);
  });

  it('gives what changed to the one who changed it, and nothing else', () => {
    const before = update('ann', object({ text: 'a', count: 1, steps: ['x'], flag: true }));

    const after = update('bob', object({ text: 'b', count: 1, steps: ['y'] }), { before });

    expect(owners(after)).toEqual(['ann Update: , f:count', 'bob Update: f:steps, f:text']);
  });

  it('adds to what the same manager changed before', () => {
    const first = update('ann', object({ text: 'a' }));

    const second = update('ann', object({ text: 'a', count: 1 }), { before: first });

    expect(owners(second)).toEqual(['ann Update: , f:count, f:text']);
  });

  it('changes nothing when nothing changes', () => {
    const before = update('ann', object({ text: 'a' }));
    const later = { before, now: new Date('2027-01-01T00:00:00Z') };

    expect(update('bob', object({ text: 'a' }), later)).toEqual(before);
  });

  it('keeps the owners of a client that knows nothing of them', () => {
    const before = update('ann', object({ text: 'a' }));

    expect(owners(update('bob', object({ text: 'b' }), { before }))).toEqual([
      'ann Update: ',
      'bob Update: f:text',
    ]);
  });

  it('lets a client take owners away, or all of them', () => {
    const first = update('ann', object({ text: 'a' }));
    const before = update('bob', object({ text: 'a', count: 1 }), { before: first });
    const entries = managedFieldsOf(before) as Json[];

    const fewer = update('cat', object({ text: 'a', count: 1 }, entries.slice(1)), { before });
    const none = update('cat', object({ text: 'b', count: 1 }, [{}]), { before });
    const status = update('cat', object({ text: 'a', count: 1 }, []), {
      before,
      subresource: 'status',
    });

    expect(owners(fewer)).toEqual(['bob Update: f:count']);
    expect(owners(none)).toEqual([]);
    expect(owners(status)).toHaveLength(2);
  });

  it('does not begin to record owners of an object that had none', () => {
    const before = object({ text: 'a' });

    expect(update('ann', object({ text: 'b' }), { before })).toEqual(object({ text: 'b' }));
  });

  it('records nothing of what it cannot read', () => {
    expect(update('ann', object({ more: 1 }, [{ operation: 'Eat' }]))).toEqual(object({ more: 1 }));
  });

  it('leaves out what cannot be written there', () => {
    const after = { ...object({ text: 'a' }), status: { phase: 'x' } };
    const resetFields = fieldSetOf([['f:status']]);

    expect(owners(update('ann', after, { resetFields }))).toEqual(['ann Update: , f:text']);
  });

  it('unites the oldest updates when there are more than ten owners', () => {
    let stored = update('m00', object({ granular: { k00: '0' } }));
    for (let at = 1; at < 12; at += 1) {
      const name = `${at}`.padStart(2, '0');
      const spec = stored['spec'] as { granular: JsonObject };
      const after = object({ granular: { ...spec.granular, [`k${name}`]: '0' } });
      const now = new Date(Date.UTC(2026, 0, 3, 0, at));
      stored = update(`m${name}`, after, { before: stored, now });
    }

    const found = ownersOf(stored).map(({ manager, fields }) => [
      manager,
      listPaths(fields).length,
    ]);

    expect(found).toEqual([
      ['ancient-changes', 5],
      ...['03', '04', '05', '06', '07', '08', '09', '10', '11'].map((at) => [`m${at}`, 1]),
    ]);
  });
});

describe('keepTimes', () => {
  it('keeps the times of entries that are otherwise the same', () => {
    const before = update('ann', object({ text: 'a' }));
    const later = { now: new Date('2027-01-01T00:00:00Z') };
    const same = update('ann', object({ text: 'a' }), later);
    const other = update('ann', object({ text: 'b' }), later);

    expect(same).not.toEqual(before);
    expect(keepTimes(before, same)).toEqual(before);
    expect(keepTimes(before, other)).toBe(other);
  });
});

describe('owners of a scale', () => {
  const replicas = ['f:spec', 'f:replicas'];
  const paths = new Map([['a/v1', replicas]]);
  const entry = (manager: string, operation: 'Apply' | 'Update', spec: JsonObject): JsonObject => ({
    manager,
    operation,
    apiVersion: 'a/v1',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:spec': spec },
    time: '2026-01-02T03:04:05Z',
  });
  const parentEntries: Json = [
    entry('ann', 'Apply', { 'f:replicas': {}, 'f:text': {} }),
    entry('bob', 'Update', { 'f:text': {} }),
  ];

  it('are those who own the replicas', () => {
    expect(toScaleEntries(parentEntries, paths)).toMatchObject([
      {
        manager: 'ann',
        apiVersion: 'autoscaling/v1',
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      },
    ]);
  });

  it('lose the replicas on the resource when they lost them on its scale', () => {
    const scaled = { ...entry('hpa', 'Update', { 'f:replicas': {} }), subresource: 'scale' };

    const entries = fromScaleEntries({
      parentEntries,
      scaleEntries: [scaled],
      apiVersion: 'a/v1',
      paths,
    });

    expect(entries).toMatchObject([
      { manager: 'ann', fieldsV1: { 'f:spec': { 'f:text': {} } } },
      { manager: 'hpa', subresource: 'scale', apiVersion: 'a/v1' },
      { manager: 'bob', fieldsV1: { 'f:spec': { 'f:text': {} } } },
    ]);
  });
});
