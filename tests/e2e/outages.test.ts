import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { clusters, openSandbox, type TestCluster } from './harness/cluster.ts';
import { CuttableProxy } from './harness/cuttable-proxy.ts';
import { install } from './harness/installation.ts';
import { configMap, project } from './harness/manifests.ts';
import { poll } from './harness/poll.ts';

const rules = 'rules:\n  - { stacks: ["*"], drift: heal }';

describe.each(clusters)('on %s', (_name, open) => {
  it('an API server that is gone for seconds delays a run, and nothing else', async () => {
    const [cluster, proxy] = await CuttableProxy.before(await open());
    await using here = await install(async () => cluster);
    const { context } = cluster;
    const first = await here.push({
      'trueup.yaml': project({ context, rules }),
      'shop/a.yaml': configMap(here.namespace, 'a', 'one'),
    });
    await here.succeeded('shop', first);

    proxy.cut();
    const second = await here.push({ 'shop/a.yaml': configMap(here.namespace, 'a', 'two') });
    await here.runIn('shop', second, 'waiting');
    await sleep(1000);
    proxy.mend();

    await here.succeeded('shop', second);
    expect((await here.get('configmaps/a')).data.value).toBe('two');
  });

  it('drift is seen after every watch was dropped', async () => {
    const [cluster, proxy] = await CuttableProxy.before(await open());
    await using here = await install(async () => cluster);
    const { context } = cluster;
    const first = await here.push({
      'trueup.yaml': project({ context, rules }),
      'shop/a.yaml': configMap(here.namespace, 'a', 'one'),
    });
    await here.succeeded('shop', first);

    for (const value of ['x', 'y', 'z']) {
      proxy.shake();
      await here.patch('configmaps/a', { data: { value } });
      await poll(`${value} is healed`, async () => {
        return (await here.get('configmaps/a')).data.value === 'one';
      });
    }
    const { items } = await here.api.drift({ query: { stack: 'infra/shop', limit: 10 } });
    expect(items.length).toBeGreaterThan(0);
  });
});

it('drift that happened while the history was lost (410) is seen', async () => {
  const [cluster, proxy] = await CuttableProxy.before(await forgetfulSandbox());
  await using here = await install(async () => cluster);
  const { context } = cluster;
  const first = await here.push({
    'trueup.yaml': project({ context, rules }),
    'shop/a.yaml': configMap(here.namespace, 'a', 'one'),
  });
  await here.succeeded('shop', first);

  proxy.cut();
  await here.create('configmaps', { metadata: { name: 'noise' } });
  await here.patch('configmaps/a', { data: { value: 'by hand' } });
  for (let count = 0; count < 60; count += 1) {
    await here.patch('configmaps/noise', { data: { count: String(count) } });
  }
  proxy.mend();

  await poll('it is healed', async () => (await here.get('configmaps/a')).data.value === 'one');
  const { items } = await here.api.drift({ query: { stack: 'infra/shop', limit: 10 } });
  expect(items).toHaveLength(1);
});

/** Remembers a few writes only, so that a watch that was away has to list again. */
function forgetfulSandbox(): Promise<TestCluster> {
  return openSandbox({ historyEvents: 10 });
}
