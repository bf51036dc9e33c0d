import { expect, it } from 'vitest';

import { openSandbox } from './harness/cluster.ts';
import { CuttableProxy } from './harness/cuttable-proxy.ts';
import { install } from './harness/installation.ts';
import { configMap, project } from './harness/manifests.ts';
import { poll } from './harness/poll.ts';

const rules = 'rules:\n  - { stacks: ["*"], drift: heal }';

it('drift that happened while the history was lost (410) is seen', async () => {
  // Remembers a few writes only, so that a watch that was away has to list again.
  const forgetful = await openSandbox({ historyEvents: 10 });
  const [cluster, proxy] = await CuttableProxy.before(forgetful);
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
