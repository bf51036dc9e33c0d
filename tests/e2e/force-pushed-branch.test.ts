import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { configMap, project } from './harness/manifests.ts';

describe.each(clusters)('on %s', (_name, open) => {
  it('a force-pushed branch is followed like any other revision', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const map = (value: string) => ({ 'shop/a.yaml': configMap(here.namespace, 'a', value) });
    const first = await here.push({ 'trueup.yaml': project({ context }), ...map('one') });
    await here.succeeded('shop', first);
    await here.succeeded('shop', await here.push(map('two')));

    const forced = here.remote.forceBack(1, map('three'));
    await here.hint();
    await here.succeeded('shop', forced);

    expect((await here.get('configmaps/a')).data.value).toBe('three');
  });
});
