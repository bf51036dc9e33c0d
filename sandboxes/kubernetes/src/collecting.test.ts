import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ManualClock } from './testing/manual-clock.ts';
import {
  type Any,
  deployments,
  map,
  maps,
  openSandbox,
  pods,
  type SandboxClient,
  workload,
} from './testing/sandbox-client.ts';

let client: SandboxClient;
let clock: ManualClock;

beforeEach(async () => {
  clock = new ManualClock();
  client = await openSandbox({ clock });
});

afterEach(() => client[Symbol.asyncDispose]());

async function items(path: string): Promise<Any[]> {
  return (await client.get(path)).items;
}

async function names(path: string): Promise<string[]> {
  return (await items(path)).map(({ metadata }: Any) => metadata.name);
}

function condition(object: Any, type: string): Any {
  return object.status?.conditions?.find((one: Any) => one.type === type);
}

describe('what nobody owns any more', () => {
  async function owned(finalizers: readonly string[] = []): Promise<void> {
    const { body } = await client.apply(`${maps}/owner`, map('owner'));
    const { uid } = (body as Any).metadata;
    await client.apply(
      `${maps}/owned`,
      map('owned', {
        finalizers,
        ownerReferences: [
          { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid, blockOwnerDeletion: true },
        ],
      }),
    );
  }

  it('goes after its owner', async () => {
    await owned();

    await client.send('DELETE', `${maps}/owner`);
    await client.sandbox.settled();

    expect(await names(maps)).toEqual(['kube-root-ca.crt']);
  });

  it('goes before its owner, who waits for it', async () => {
    await owned(['example.com/hold']);

    await client.send('DELETE', `${maps}/owner?propagationPolicy=Foreground`);
    await client.sandbox.settled();
    const held = await names(maps);
    await client.change(`${maps}/owned`, { metadata: { finalizers: null } });
    await client.sandbox.settled();

    expect(held).toEqual(['kube-root-ca.crt', 'owned', 'owner']);
    expect(await names(maps)).toEqual(['kube-root-ca.crt']);
  });

  it('stays without an owner when that is asked for', async () => {
    await owned();

    await client.send('DELETE', `${maps}/owner?propagationPolicy=Orphan`);
    await client.sandbox.settled();

    expect(await names(maps)).toEqual(['kube-root-ca.crt', 'owned']);
    expect((await client.get(`${maps}/owned`)).metadata).not.toHaveProperty('ownerReferences');
  });

  it('goes at once when its owner was never there', async () => {
    const owner = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: 'ghost',
      uid: '00000000-0000-4000-8000-000000000000',
    };

    await client.apply(`${maps}/owned`, map('owned', { ownerReferences: [owner] }));
    await client.sandbox.settled();

    expect(await names(maps)).toEqual(['kube-root-ca.crt']);
  });

  it('goes with a Deployment, pods and all', async () => {
    await client.apply(
      `${deployments}/web`,
      workload('Deployment', 'web', { spec: { replicas: 2 } }),
    );
    await client.sandbox.settled();

    await client.send('DELETE', `${deployments}/web?propagationPolicy=Foreground`);
    await client.sandbox.settled();

    expect(await names(deployments)).toEqual([]);
    expect(await names('/apis/apps/v1/replicasets')).toEqual([]);
    expect(await names(pods)).toEqual([]);
  });
});

describe('a Namespace', () => {
  const shop = '/api/v1/namespaces/shop';

  beforeEach(async () => {
    await client.send('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop' },
    });
    await client.sandbox.settled();
  });

  it('is furnished, again and again', async () => {
    await client.send('DELETE', `${shop}/serviceaccounts/default`);
    await client.sandbox.settled();

    expect(await names(`${shop}/serviceaccounts`)).toEqual(['default']);
    expect(await names(`${shop}/configmaps`)).toEqual(['kube-root-ca.crt']);
  });

  it('goes with all that lies in it', async () => {
    await client.apply(`${shop}/configmaps/a`, map('a'));
    await client.apply(
      '/apis/apps/v1/namespaces/shop/deployments/web',
      workload('Deployment', 'web'),
    );
    await client.sandbox.settled();

    await client.send('DELETE', shop);
    await client.sandbox.settled();

    expect((await client.send('GET', shop)).status).toBe(404);
    expect(await names('/api/v1/pods')).toEqual([]);
    expect((await client.apply(`${shop}/configmaps/a`, map('a'))).status).toBe(404);
  });

  it('waits for what a finalizer holds, and tells what it is', async () => {
    await client.apply(`${shop}/configmaps/a`, map('a', { finalizers: ['example.com/hold'] }));

    await client.send('DELETE', shop);
    await client.sandbox.settled();
    const held = await client.get(shop);
    await client.change(`${shop}/configmaps/a`, { metadata: { finalizers: null } });
    await client.sandbox.settled();

    expect(held.status.phase).toBe('Terminating');
    expect(condition(held, 'NamespaceFinalizersRemaining').message).toContain(
      'example.com/hold in 1 resource instances',
    );
    expect(condition(held, 'NamespaceContentRemaining').status).toBe('True');
    expect((await client.send('GET', shop)).status).toBe(404);
  });
});
