import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { deployment, project } from './harness/manifests.ts';

describe.each(clusters)('on %s', (_name, open) => {
  it('replicas that an autoscaler sets are left to it', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const first = await here.push({
      'trueup.yaml': project({ context, rules: 'rules:\n  - { stacks: ["*"], drift: heal }' }),
      'shop/web.yaml': deployment(here.namespace, 'web:1'),
      'shop/hpa.yaml': autoscaler(here.namespace),
    });
    await here.succeeded('shop', first);
    await here.patch('apps/v1/deployments/web/scale', { spec: { replicas: 3 } });

    const second = await here.push({ 'shop/web.yaml': deployment(here.namespace, 'web:2') });
    await here.succeeded('shop', second);

    const { spec } = await here.get('apps/v1/deployments/web');
    expect(spec.replicas).toBe(3);
    expect(spec.template.spec.containers[0].image).toBe('web:2');
    const { items } = await here.api.drift({ query: { stack: 'infra/shop', limit: 10 } });
    expect(items).toEqual([]);
  });
});

function autoscaler(namespace: string): string {
  return `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: ${namespace} }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  minReplicas: 1
  maxReplicas: 5
`;
}
