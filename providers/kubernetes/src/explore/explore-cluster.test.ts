import type { JsonObject } from '@trueup/diagnostics';
import type { ResourceId } from '@trueup/provider-sdk';
import { describe, expect, it } from 'vitest';

import { createKubernetesProvider } from '../kubernetes-provider.ts';
import { FakeKubernetesClient } from '../testing/fake-kubernetes-client.ts';

const signal = new AbortController().signal;
const call = { signal, seal: () => '' };
const target = { name: 'staging', settings: { context: 'staging' } };
const stack = { name: 'shop/web', path: '', settings: {}, owner: 'mark', formerOwners: [] };
const web = 'Deployment.apps/default/web' as ResourceId;

function open(objects: readonly JsonObject[]) {
  const client = new FakeKubernetesClient();
  for (const object of objects) {
    const { kind, metadata } = object as { kind: string; metadata: { name: string } };
    const found = client.kinds.find((one) => one.kind === kind);
    if (!found) throw new Error(`${kind} is no fake kind.`);
    client.put({ kind: found, namespace: 'default', name: metadata.name }, object);
  }
  const provider = createKubernetesProvider({
    connections: { kubeconfigs: [], programs: { searchPath: '', environment: {} } },
    renderers: [],
    connect: async () => ({ client, namespace: 'default' }),
  });
  if (!provider.explore) throw new Error('There is nothing to explore.');
  return { client, explore: provider.explore };
}

const owned = (
  apiVersion: string,
  kind: string,
  name: string,
  more: JsonObject = {},
): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name, ...more },
});
const by = (uid: string): JsonObject => ({ ownerReferences: [{ uid, controller: true }] });

describe('exploring', () => {
  it('follows owners at any depth', async () => {
    const { explore } = open([
      owned('apps/v1', 'Deployment', 'web'),
      owned('apps/v1', 'ReplicaSet', 'web-1', by('uid-2')),
      owned('v1', 'Pod', 'web-1-a', by('uid-3')),
      owned('v1', 'Pod', 'other'),
    ]);

    const nodes = await explore.offspring(target, { stack, ids: [web] }, call);

    expect(nodes.map(({ id, parent }) => `${parent} > ${id}`)).toEqual([
      'Deployment.apps/default/web > ReplicaSet.apps/default/web-1',
      'ReplicaSet.apps/default/web-1 > Pod/default/web-1-a',
    ]);
    expect(nodes[1]?.health.status).toBe('in-progress');
  });

  it('tells what was noted, the newest last', async () => {
    const event = (name: string, about: string, more: JsonObject): JsonObject => ({
      ...owned('v1', 'Event', name),
      involvedObject: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        name: about,
        namespace: 'default',
      },
      ...more,
    });
    const { explore } = open([
      event('b', 'web', {
        reason: 'Late',
        message: 'b',
        type: 'Warning',
        lastTimestamp: '2026-01-02T00:00:00Z',
        count: 3,
      }),
      event('a', 'web', {
        reason: 'Early',
        message: 'a',
        type: 'Normal',
        eventTime: '2026-01-01T00:00:00Z',
      }),
      event('c', 'other', { reason: 'Other', message: 'c' }),
    ]);

    const events = await explore.events(target, [web], call);

    expect(events).toMatchObject([
      { id: web, reason: 'Early', severity: 'normal', count: 1 },
      { id: web, reason: 'Late', severity: 'warning', count: 3 },
    ]);
  });

  it('reads the logs of pods, and of nothing else', async () => {
    const { client, explore } = open([owned('v1', 'Pod', 'web')]);
    client.logLines.set('web', ['one', 'two', 'three']);
    const read = (id: string) =>
      Array.fromAsync(
        explore.logs(target, { id: id as ResourceId, tailLines: 2, follow: false }, call),
      );

    expect(await read('Pod/default/web')).toEqual(['two', 'three']);
    await expect(read('ConfigMap/default/web')).rejects.toMatchObject({
      code: 'KUBERNETES_NO_LOGS',
    });
  });
});
