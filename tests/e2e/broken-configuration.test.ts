import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { configMap, project } from './harness/manifests.ts';
import { poll } from './harness/poll.ts';

describe.each(clusters)('on %s', (_name, open) => {
  it('a trueup.yaml that cannot be read stops nothing and orphans nothing', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const first = await here.push({
      'trueup.yaml': project({ context }),
      'shop/a.yaml': configMap(here.namespace, 'a', 'one'),
    });
    await here.succeeded('shop', first);

    await here.push({ 'trueup.yaml': 'stacks: [' });
    const found = await poll('it is told', async () => {
      const { items } = await here.api.diagnostics();
      return items[0];
    });

    expect(found).toMatchObject({ repository: 'infra', origin: { file: 'trueup.yaml' } });
    expect((await here.stack('shop'))?.standing).toBe('active');
  });
});
