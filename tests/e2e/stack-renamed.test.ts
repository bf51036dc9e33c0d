import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { project } from './harness/manifests.ts';
import { presentIn, sixMaps, sixNames, without } from './harness/six-maps.ts';

describe.each(clusters)('on %s', (_name, open) => {
  it('a renamed stack goes on with what it owns', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    await here.succeeded('shop', await here.push(sixMaps(here)));
    const before = (await here.get('configmaps/a')).metadata.uid;

    const written = '  - { name: store, path: shop, target: main, formerly: shop }';
    const revision = await here.push({ 'trueup.yaml': project({ context, written }) });
    await here.succeeded('store', revision);

    expect((await here.get('configmaps/a')).metadata.uid).toBe(before);
    expect((await here.stack('shop'))?.standing).toBe('removed');
    expect((await here.stack('store'))?.resourceCount).toBe(sixNames.length);
    const next = await here.push(without(['f']));
    await here.succeeded('store', next);
    expect(await presentIn(here)).toEqual(sixNames.slice(0, -1));
  });
});
