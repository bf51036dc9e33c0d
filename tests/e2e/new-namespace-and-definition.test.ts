import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { configMap, project } from './harness/manifests.ts';

describe.each(clusters)('on %s', (_name, open) => {
  it('a namespace, a definition and what lies in them are approved once, and come in one run', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const own = `${here.namespace}-new`;
    const group = `${here.namespace}.example.com`;
    const rules = 'rules:\n  - { stacks: ["*"], approvals: { count: 1 } }';
    const revision = await here.push({
      'trueup.yaml': project({ context, rules }),
      'shop/all.yaml': [
        `apiVersion: ${group}/v1\nkind: Widget\nmetadata: { name: w, namespace: ${own} }\nspec: { size: 3 }\n`,
        configMap(own, 'a', 'one'),
        definition(group),
        `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${own} }\n`,
      ].join('---\n'),
    });
    const waiting = await here.runIn('shop', revision, 'awaiting-approval');
    await here.approve(waiting);
    const run = await here.runIn('shop', revision, 'succeeded', 'held', 'failed');

    expect(run.phase.name).toBe('succeeded');
    expect(run.id).toBe(waiting.id);
    const widget = await here.get(`/apis/${group}/v1/namespaces/${own}/widgets/w`);
    expect(widget.spec).toEqual({ size: 3 });
    const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    await here.cluster.request('DELETE', `${definitions}/widgets.${group}`);
    await here.cluster.request('DELETE', `/api/v1/namespaces/${own}`);
  });
});

function definition(group: string): string {
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.${group} }
spec:
  group: ${group}
  scope: Namespaced
  names: { plural: widgets, singular: widget, kind: Widget }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: { type: object, properties: { size: { type: integer } } }
`;
}
