import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { configMap, project } from './harness/manifests.ts';
import { poll } from './harness/poll.ts';

describe.each(clusters)('on %s', (_name, open) => {
  it('a push is brought to the cluster, and what drifts comes back', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const rules = 'rules:\n  - { stacks: ["*"], drift: heal }';
    const first = await here.push({
      'trueup.yaml': project({ context, rules }),
      'shop/a.yaml': configMap(here.namespace, 'a', 'one'),
    });
    await here.succeeded('shop', first);
    expect((await here.get('configmaps/a')).data).toEqual({ value: 'one' });

    const second = await here.push({ 'shop/a.yaml': configMap(here.namespace, 'a', 'two') });
    await here.succeeded('shop', second);
    expect((await here.get('configmaps/a')).data).toEqual({ value: 'two' });

    await here.patch('configmaps/a', { data: { value: 'by hand' } });
    await poll('drift is healed', async () => {
      return (await here.get('configmaps/a')).data.value === 'two';
    });
    const closed = await poll('the item is closed', async () => {
      const { items } = await here.api.drift({ query: { stack: 'infra/shop', limit: 10 } });
      return items.find(({ state }) => state === 'closed');
    });
    expect(closed.closedBy).toBe('healed');
    expect(closed.change.fields[0]?.writer?.name).toBe('somebody');
  });
});
