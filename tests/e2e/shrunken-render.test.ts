import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { presentIn, sixMaps, sixNames, without } from './harness/six-maps.ts';

describe.each(clusters)('on %s', (_name, open) => {
  it('a render that shrank deletes nothing, until a person says so', async () => {
    await using here = await install(open);
    await here.succeeded('shop', await here.push(sixMaps(here)));
    const revision = await here.push(without(sixNames.slice(2)));

    const held = await here.runIn('shop', revision, 'held', 'succeeded');
    expect(held.phase).toMatchObject({ name: 'held', reason: 'guard' });
    expect(await presentIn(here)).toEqual(sixNames);

    await here.approve(held);
    await here.succeeded('shop', revision);
    expect(await presentIn(here)).toEqual(sixNames.slice(0, 2));
  });
});
