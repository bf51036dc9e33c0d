import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { sixMaps } from './harness/six-maps.ts';

describe.each(clusters)('on %s', (_name, open) => {
  it('a namespace is kept although Git no longer has it', async () => {
    await using here = await install(open);
    const own = `${here.namespace}-own`;
    const namespace = `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${own} }\n`;
    const files = { ...sixMaps(here), 'shop/own.yaml': namespace };
    await here.succeeded('shop', await here.push(files));

    const revision = await here.push({ 'shop/own.yaml': undefined });
    const run = await here.succeeded('shop', revision);
    const plan = await here.api.plan({ params: { plan: run.plan?.id ?? '' } });

    const { metadata } = await here.get(`/api/v1/namespaces/${own}`);
    expect(metadata.deletionTimestamp).toBeUndefined();
    expect(plan.withheld).toMatchObject([{ change: { id: `Namespace//${own}` } }]);
    await here.cluster.request('DELETE', `/api/v1/namespaces/${own}`);
  });
});
