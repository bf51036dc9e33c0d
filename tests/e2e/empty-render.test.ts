import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { presentIn, sixMaps, sixNames, without } from './harness/six-maps.ts';

describe.each(clusters)('on %s', (_name, open) => {
  it('an empty render is refused, and deletes nothing', async () => {
    await using here = await install(open);
    await here.succeeded('shop', await here.push(sixMaps(here)));
    // Git keeps no empty folders.
    const revision = await here.push({ ...without(sixNames), 'shop/note.txt': 'x' });

    const failed = await here.runIn('shop', revision, 'failed', 'held', 'succeeded');

    expect(failed.phase).toMatchObject({ name: 'failed', extent: 'nothing' });
    expect(await presentIn(here)).toEqual(sixNames);
  });
});
