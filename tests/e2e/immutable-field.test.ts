import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { annotated, deployment, project } from './harness/manifests.ts';

describe.each(clusters)('on %s', (_name, open) => {
  it('an immutable field is refused while planning, and replaced when asked for', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const web = deployment(here.namespace, 'web:1');
    const files = { 'trueup.yaml': project({ context }), 'shop/web.yaml': web };
    await here.succeeded('shop', await here.push(files));

    const other = web.replaceAll('{ app: web }', '{ app: shop }');
    const refused = await here.push({ 'shop/web.yaml': other });
    const run = await here.runIn('shop', refused, 'failed');
    expect(run.phase).toMatchObject({
      extent: 'nothing',
      failure: { code: 'KUBERNETES_IMMUTABLE', message: expect.stringContaining('spec.selector') },
    });

    const before = (await here.get('apps/v1/deployments/web')).metadata.uid;
    const asked = annotated(other, 'trueup.dev/replace: "true"');
    await here.succeeded('shop', await here.push({ 'shop/web.yaml': asked }));
    expect((await here.get('apps/v1/deployments/web')).metadata.uid).not.toBe(before);
  });
});
