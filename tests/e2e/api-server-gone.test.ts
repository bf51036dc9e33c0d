import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { CuttableProxy } from './harness/cuttable-proxy.ts';
import { install } from './harness/installation.ts';
import { configMap, project } from './harness/manifests.ts';

describe.each(clusters)('on %s', (_name, open) => {
  it('an API server that is gone for seconds delays a run, and nothing else', async () => {
    const [cluster, proxy] = await CuttableProxy.before(await open());
    await using here = await install(async () => cluster);
    const { context } = cluster;
    const first = await here.push({
      'trueup.yaml': project({ context }),
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
});
