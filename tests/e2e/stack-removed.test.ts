import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { project } from './harness/manifests.ts';
import { poll } from './harness/poll.ts';
import { presentIn, sixMaps, sixNames } from './harness/six-maps.ts';

describe.each(clusters)('on %s', (_name, open) => {
  it('a stack is removed with its resources when Git says so', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    await here.succeeded('shop', await here.push(sixMaps(here)));

    const removed = 'removed:\n  - { stack: shop, resources: delete }';
    const revision = await here.push({ 'trueup.yaml': project({ context, stacks: [], removed }) });
    await here.succeeded('shop', revision);

    expect(await presentIn(here)).toEqual([]);
    expect((await here.stack('shop'))?.standing).toBe('removed');
  });

  it('a stack is removed and leaves its resources when Git says so', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    await here.succeeded('shop', await here.push(sixMaps(here)));

    const removed = 'removed:\n  - { stack: shop, resources: keep }';
    await here.push({ 'trueup.yaml': project({ context, stacks: [], removed }) });
    await poll('it is removed', async () => (await here.stack('shop'))?.standing === 'removed');

    expect(await presentIn(here)).toEqual(sixNames);
  });
});
