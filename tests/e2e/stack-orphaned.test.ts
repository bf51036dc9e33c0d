import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { configMap, project } from './harness/manifests.ts';
import { poll } from './harness/poll.ts';
import { presentIn, sixMaps, sixNames } from './harness/six-maps.ts';

describe.each(clusters)('on %s', (_name, open) => {
  it('a stack that Git no longer writes is orphaned: kept, shown, and not healed', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const rules = 'rules:\n  - { stacks: ["*"], drift: heal }';
    const both = await here.push({
      ...sixMaps(here),
      'trueup.yaml': project({ context, rules, stacks: ['shop', 'other'] }),
      'other/other.yaml': configMap(here.namespace, 'other', 'one'),
    });
    await here.succeeded('shop', both);
    await here.succeeded('other', both);

    await here.push({ 'trueup.yaml': project({ context, rules, stacks: ['other'] }) });
    await poll('it is orphaned', async () => (await here.stack('shop'))?.standing === 'orphaned');
    await here.patch('configmaps/a', { data: { value: 'by hand' } });
    await here.patch('configmaps/other', { data: { value: 'by hand' } });
    // Told after the other one, and healed: whoever saw this has seen that, too.
    await poll('its neighbour is healed', async () => {
      return (await here.get('configmaps/other')).data.value === 'one';
    });

    expect(await presentIn(here)).toEqual(sixNames);
    expect((await here.get('configmaps/a')).data.value).toBe('by hand');
  });

  it('an orphaned stack is removed when Git says so', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    await here.succeeded('shop', await here.push(sixMaps(here)));
    await here.push({ 'trueup.yaml': project({ context, stacks: [] }) });
    await poll('it is orphaned', async () => (await here.stack('shop'))?.standing === 'orphaned');

    const removed = 'removed:\n  - { stack: shop, resources: delete }';
    const revision = await here.push({ 'trueup.yaml': project({ context, stacks: [], removed }) });
    await here.succeeded('shop', revision);

    expect(await presentIn(here)).toEqual([]);
  });
});
