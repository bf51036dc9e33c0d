/** A chart is brought to its target in the order that its author meant. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { type Installation, install } from './harness/installation.ts';
import { job, project } from './harness/manifests.ts';

const assets = process.env['KUBEBUILDER_ASSETS'] ?? '';
const hasHelm = existsSync(join(assets === '' ? '/nowhere' : assets, 'helm'));

describe.runIf(hasHelm).each(clusters)('on %s', (_name, open) => {
  beforeAll(() => {
    vi.stubEnv('PATH', `${assets}:${process.env['PATH']}`);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });

  it('a chart has its hooks run by weight around its resources, definitions first', async () => {
    await using here = await install(open);
    const group = `${here.namespace}.example.com`;

    const run = await here.succeeded('shop', await here.push(filesOf(here, group)));

    const journal = await here.api.journal({ params: { run: run.id } });
    const begun = journal.items.flatMap(({ entry }) => (entry.kind === 'begun' ? entry.steps : []));
    const order = begun.map(({ id, action }) => `${action} ${id.split('/').at(-1)}`);
    expect(order).toEqual([
      `create widgets.${group}`,
      'execute early',
      'execute late',
      'create settings',
      'create first',
      'execute after',
    ]);
    expect(await here.get(`${group}/v1/widgets/first`)).toMatchObject({ spec: { size: 3 } });
    expect(await here.get('batch/v1/jobs/early')).toBeDefined();
    // By its own word it goes once it is done.
    expect(await here.get('batch/v1/jobs/late')).toBeUndefined();
    const plan = await here.api.plan({ params: { plan: run.plan?.id ?? '' } });
    expect(plan.tool).toEqual({ name: 'helm', version: expect.stringMatching(/^v[34]\./) });
    await here.cluster.request(
      'DELETE',
      `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.${group}`,
    );
  });
});

function filesOf({ namespace, cluster }: Installation, group: string): Record<string, string> {
  const hook = (name: string, marks: string) => job(namespace, name, `{ ${marks} }`);
  return {
    'trueup.yaml': project({ context: cluster.context }),
    'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n',
    'shop/values.yaml': 'size: 3\n',
    'shop/crds/widgets.yaml': `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.${group} }
spec:
  group: ${group}
  names: { kind: Widget, plural: widgets }
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema: { type: object, properties: { spec: { type: object, properties: { size: { type: integer } } } } }
`,
    'shop/templates/widget.yaml': `apiVersion: ${group}/v1
kind: Widget
metadata: { name: first, namespace: ${namespace} }
spec: { size: {{ .Values.size }} }
`,
    'shop/templates/settings.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: ${namespace} }
`,
    'shop/templates/a.yaml': hook('after', 'helm.sh/hook: post-install'),
    'shop/templates/b.yaml': hook(
      'late',
      'helm.sh/hook: pre-install, helm.sh/hook-weight: "5", helm.sh/hook-delete-policy: hook-succeeded',
    ),
    'shop/templates/c.yaml': hook('early', 'helm.sh/hook: pre-install, helm.sh/hook-weight: "-5"'),
  };
}
