import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { configMap, preSyncHook, project } from './harness/manifests.ts';
import { poll } from './harness/poll.ts';

describe.each(clusters)('on %s', (_name, open) => {
  it('a hook runs once for a change, and not for a look', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const first = await here.push({
      'trueup.yaml': project({ context }),
      'shop/a.yaml': configMap(here.namespace, 'a', 'one'),
      'shop/hook.yaml': preSyncHook(here.namespace, 'migrate'),
    });
    await here.succeeded('shop', first);
    const uid = (await here.get('batch/v1/jobs/migrate')).metadata.uid;

    const second = await here.push({ 'shop/readme.txt': 'nothing of this is rendered' });
    await poll('it is taken up', async () => {
      const { items } = await here.api.repositories();
      return items[0]?.head === second;
    });
    expect((await here.get('batch/v1/jobs/migrate')).metadata.uid).toBe(uid);

    const third = await here.push({ 'shop/a.yaml': configMap(here.namespace, 'a', 'two') });
    await here.succeeded('shop', third);
    expect((await here.get('batch/v1/jobs/migrate')).metadata.uid).not.toBe(uid);
  });
});
