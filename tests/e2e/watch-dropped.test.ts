import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { CuttableProxy } from './harness/cuttable-proxy.ts';
import { install } from './harness/installation.ts';
import { configMap, project } from './harness/manifests.ts';
import { poll } from './harness/poll.ts';

const rules = 'rules:\n  - { stacks: ["*"], drift: heal }';

describe.each(clusters)('on %s', (_name, open) => {
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
