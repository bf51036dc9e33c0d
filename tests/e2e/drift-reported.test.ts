import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { configMap, project } from './harness/manifests.ts';
import { poll } from './harness/poll.ts';

describe.each(clusters)('on %s', (_name, open) => {
  it('drift is reported where no rule heals, and forgotten when it returns', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const revision = await here.push({
      'trueup.yaml': project({ context }),
      'shop/a.yaml': configMap(here.namespace, 'a', 'one'),
    });
    await here.succeeded('shop', revision);
    await here.patch('configmaps/a', { data: { value: 'by hand' } });
    const find = async (state: string) => {
      const { items } = await here.api.drift({ query: { stack: 'infra/shop', limit: 10 } });
      return items.find((item) => item.state === state);
    };
    await poll('drift is seen', () => find('open'));
    expect((await here.get('configmaps/a')).data.value).toBe('by hand');

    await here.patch('configmaps/a', { data: { value: 'one' } });
    await poll('drift is gone', () => find('closed'));
  });
});
