import type { JsonObject } from '@trueup/diagnostics';
import { formatResourceId } from '@trueup/provider-sdk';
import { describe, expect, it } from 'vitest';

import { sensitiveAnnotation } from '../prepare/fill-inputs.ts';
import { presentObject } from './present-object.ts';

const secret = formatResourceId({ kind: 'Secret', scope: 'shop', name: 'db' });
const deployment = formatResourceId({ kind: 'Deployment.apps', scope: 'shop', name: 'web' });

describe('a presented object', () => {
  it('shows which keys a Secret has, and none of its values', () => {
    const body = {
      kind: 'Secret',
      metadata: { name: 'db', annotations: { note: 'hunter2' } },
      data: { password: 'aHVudGVyMg==' },
      stringData: { token: 'hunter2' },
    };

    expect(presentObject(secret, body, '(sealed)')).toEqual({
      kind: 'Secret',
      metadata: { name: 'db', annotations: { note: '(sealed)' } },
      data: { password: '(sealed)' },
      stringData: { token: '(sealed)' },
    });
  });

  it('leaves out what the server keeps for itself', () => {
    const metadata = { name: 'web', uid: '1', resourceVersion: '7', managedFields: [] };
    const body = { kind: 'Deployment', metadata, spec: { replicas: 2 }, status: { replicas: 2 } };

    expect(presentObject(deployment, body, '(sealed)')).toEqual({
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { replicas: 2 },
    });
  });

  it.each<[string, string, number]>([
    ['a value', 'spec.token', 2],
    ['an item of a list', 'spec.containers[name=web].env[name=KEY].value', 2],
    ['an object', 'spec', 0],
  ])('seals %s that is marked', (_name, path, left) => {
    const env = [{ name: 'KEY', value: 'hunter2' }];
    const body: JsonObject = {
      metadata: { name: 'web', annotations: { [sensitiveAnnotation]: path } },
      spec: { token: 'hunter2', containers: [{ name: 'web', env }], args: ['hunter2'] },
    };

    const text = JSON.stringify(presentObject(deployment, body, '(sealed)'));

    expect(text.split('hunter2')).toHaveLength(left + 1);
    expect(text).toContain('(sealed)');
  });
});
