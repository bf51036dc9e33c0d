import type { JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { schemaFromCrd } from '../schema/schema-from-crd.ts';
import { type ApplyResult, applyObject } from './apply-object.ts';

const schema = schemaFromCrd({
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        replicas: { type: 'integer' },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
        args: { type: 'array', items: { type: 'string' } },
        ports: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['port', 'protocol'],
          items: {
            type: 'object',
            properties: {
              port: { type: 'integer' },
              protocol: { type: 'string', default: 'TCP' },
              name: { type: 'string' },
            },
          },
        },
      },
    },
  },
});

const now = new Date('2026-01-02T03:04:05Z');

function apply(
  manager: string,
  spec: JsonObject,
  observed?: JsonObject,
  force = false,
): ApplyResult {
  const body = { apiVersion: 'a/v1', kind: 'A', metadata: { name: 'a' }, spec };
  const context = { manager, apiVersion: 'a/v1', schema, now, force };
  return applyObject({ applied: body, ...context, ...(observed && { observed }) });
}

function applied(result: ApplyResult): JsonObject {
  if (result.kind !== 'applied') throw new Error(JSON.stringify(result));
  return result.object;
}

describe('applyObject', () => {
  it('gives what is applied to the one who applies it', () => {
    const object = applied(apply('ann', { replicas: 1, ports: [{ port: 80 }] }));

    expect(object).toEqual({
      apiVersion: 'a/v1',
      kind: 'A',
      metadata: {
        name: 'a',
        managedFields: [
          {
            manager: 'ann',
            operation: 'Apply',
            apiVersion: 'a/v1',
            time: '2026-01-02T03:04:05Z',
            fieldsType: 'FieldsV1',
            fieldsV1: {
              'f:spec': {
                'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {} } },
                'f:replicas': {},
              },
            },
          },
        ],
      },
      spec: { replicas: 1, ports: [{ port: 80 }] },
    });
  });

  it('names the owner of a field that would change, and lets force take it', () => {
    const observed = applied(apply('ann', { replicas: 1, tags: ['x'] }));

    const refused = apply('bob', { replicas: 2 }, observed);
    const taken = applied(apply('bob', { replicas: 2 }, observed, true));

    expect(refused).toMatchObject({
      kind: 'conflict',
      conflicts: [{ manager: 'ann', path: ['spec', 'replicas'] }],
    });
    expect(taken['spec']).toEqual({ replicas: 2, tags: ['x'] });
  });

  it('removes what its owner no longer applies, unless another owns it too', () => {
    const first = applied(apply('ann', { replicas: 1, tags: ['x', 'y'], args: ['a'] }));
    const second = applied(apply('bob', { tags: ['y', 'z'] }, first));

    const third = applied(apply('ann', { replicas: 1 }, second));

    expect(third['spec']).toEqual({ replicas: 1, tags: ['y', 'z'] });
  });
});
