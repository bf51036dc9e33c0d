import { expect, it } from 'vitest';

import { readText } from '../client/read-fields.ts';
import { FakeKubernetesClient } from '../testing/fake-kubernetes-client.ts';
import { acquireStackLease } from './stack-lease.ts';

const signal = new AbortController().signal;
const stack = { owner: 'mark', name: 'shop/web' };

function acquire(client: FakeKubernetesClient, holder: string, durationMs = 1000) {
  return acquireStackLease(client, { holder, stack, namespace: 'default', durationMs, signal });
}

async function holderIn(client: FakeKubernetesClient): Promise<string | undefined> {
  const kind = client.kinds.find((one) => one.kind === 'Lease');
  if (!kind) throw new Error('There are no leases.');
  const { items } = await client.list({ kind }, signal);
  return readText(items[0], 'spec', 'holderIdentity');
}

it('is held by one at a time, and free once released', async () => {
  const client = new FakeKubernetesClient();
  const lease = await acquire(client, 'server');

  await expect(acquire(client, 'laptop')).rejects.toMatchObject({
    code: 'KUBERNETES_LEASE_HELD',
    subject: 'server',
  });
  await lease.release();
  await lease.release();

  expect(await holderIn(client)).toBe('');
  await (await acquire(client, 'laptop')).release();
});

it('is taken from one who does not renew it', async () => {
  const client = new FakeKubernetesClient();
  const gone = await acquire(client, 'gone', 1000);
  const stopped = gone.release();
  await stopped;
  const kind = client.kinds.find((one) => one.kind === 'Lease');
  if (!kind) throw new Error('There are no leases.');
  const [left] = (await client.list({ kind }, signal)).items;
  const name = readText(left, 'metadata', 'name') ?? '';
  client.edit({ kind, namespace: 'default', name }, (body) => ({
    ...body,
    spec: { holderIdentity: 'gone', leaseDurationSeconds: 0.1 },
  }));

  const lease = await acquire(client, 'laptop');

  expect(await holderIn(client)).toBe('laptop');
  await lease.release();
});

it('tells its holder when it cannot be renewed any more', async () => {
  const client = new FakeKubernetesClient();
  const lease = await acquire(client, 'server', 90);
  client.unplug();

  await new Promise((resolve) => lease.lost.addEventListener('abort', resolve));

  expect(lease.lost.reason).toMatchObject({ code: 'KUBERNETES_LEASE_LOST' });
  await lease.release();
});
