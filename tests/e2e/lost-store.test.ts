import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { configMap, project } from './harness/manifests.ts';

describe.each(clusters)('on %s', (_name, open) => {
  it('a lost store is rebuilt by the marks in the cluster', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const files = {
      'trueup.yaml': project({ context }),
      'shop/a.yaml': configMap(here.namespace, 'a', 'one'),
      'shop/b.yaml': configMap(here.namespace, 'b', 'one'),
    };
    await here.succeeded('shop', await here.push(files));
    await here.kill();
    rmSync(join(here.folder, 'data'), { recursive: true });

    await here.startAnew();
    await here.follow();
    const revision = await here.push({ 'shop/b.yaml': undefined });
    const run = await here.runIn('shop', revision, 'succeeded', 'held', 'awaiting-approval');
    if (run.phase.name !== 'succeeded') await here.approve(run);
    await here.succeeded('shop', revision);

    expect(await here.get('configmaps/a')).toBeDefined();
    expect(await here.get('configmaps/b')).toBeUndefined();
    expect((await here.stack('shop'))?.resourceCount).toBe(1);
  });
});
