/** What is peculiar to Kubernetes: each has a defined outcome. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { configMap, job, project } from './harness/manifests.ts';
import { poll } from './harness/poll.ts';

describe.each(clusters)('on %s', (_name, open) => {
  it('a lost store is rebuilt by the marks in the cluster', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const files = {
      'trueup.yaml': project({ context }),
      'shop/a.yaml': configMap(here.namespace, 'a', 'one'),
      'shop/b.yaml': configMap(here.namespace, 'b', 'one'),
    };
    await here.succeeded('shop', await here.push(files));
    await here.kill();
    rmSync(join(here.folder, 'data'), { recursive: true });

    await here.startAnew();
    await here.follow();
    const revision = await here.push({ 'shop/b.yaml': undefined });
    const run = await here.runIn('shop', revision, 'succeeded', 'held', 'awaiting-approval');
    if (run.phase.name !== 'succeeded') await here.approve(run);
    await here.succeeded('shop', revision);

    expect(await here.get('configmaps/a')).toBeDefined();
    expect(await here.get('configmaps/b')).toBeUndefined();
  });

  it('replicas that an autoscaler sets are left to it', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const first = await here.push({
      'trueup.yaml': project({ context, rules: 'rules:\n  - { stacks: ["*"], drift: heal }' }),
      'shop/web.yaml': deployment(here.namespace, 1, 'web:1'),
      'shop/hpa.yaml': autoscaler(here.namespace),
    });
    await here.succeeded('shop', first);
    const scale = { spec: { replicas: 3 } };
    await here.patch('apps/v1/deployments/web/scale', scale);

    const second = await here.push({ 'shop/web.yaml': deployment(here.namespace, 1, 'web:2') });
    await here.succeeded('shop', second);

    const { spec } = await here.get('apps/v1/deployments/web');
    expect(spec.replicas).toBe(3);
    expect(spec.template.spec.containers[0].image).toBe('web:2');
  });

  it('an immutable field is refused while planning, with the field named', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const first = await here.push({
      'trueup.yaml': project({ context }),
      'shop/web.yaml': deployment(here.namespace, 1, 'web:1'),
    });
    await here.succeeded('shop', first);

    const other = deployment(here.namespace, 1, 'web:1').replaceAll(
      '{ app: web }',
      '{ app: shop }',
    );
    const refused = await here.push({ 'shop/web.yaml': other });
    const run = await here.runIn('shop', refused, 'failed');
    expect(run.phase).toMatchObject({
      extent: 'nothing',
      failure: { code: 'KUBERNETES_IMMUTABLE', message: expect.stringContaining('spec.selector') },
    });

    const asked = other.replace(
      'metadata:\n',
      'metadata:\n  annotations: { trueup.dev/replace: "true" }\n',
    );
    const before = (await here.get('apps/v1/deployments/web')).metadata.uid;
    const replaced = await here.push({ 'shop/web.yaml': asked });
    await here.succeeded('shop', replaced);
    expect((await here.get('apps/v1/deployments/web')).metadata.uid).not.toBe(before);
  });

  it('a namespace, a definition and what lies in them come in one run', async () => {
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
    await here.cluster.request(
      'DELETE',
      `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.${group}`,
    );
    await here.cluster.request('DELETE', `/api/v1/namespaces/${own}`);
  });

  it('a hook runs once for a change, and not for a look', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const hook =
      '{ argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: BeforeHookCreation }';
    const first = await here.push({
      'trueup.yaml': project({ context }),
      'shop/a.yaml': configMap(here.namespace, 'a', 'one'),
      'shop/hook.yaml': job(here.namespace, 'migrate', hook),
    });
    await here.succeeded('shop', first);
    const uid = (await here.get('batch/v1/jobs/migrate')).metadata.uid;

    const second = await here.push({ 'shop/readme.txt': 'nothing of this is rendered' });
    await poll('it is taken up', async () => {
      const { items } = await here.api.repositories();
      return items[0]?.head === second;
    });
    expect((await here.get('batch/v1/jobs/migrate')).metadata.uid).toBe(uid);

    const third = await here.push({ 'shop/a.yaml': configMap(here.namespace, 'a', 'two') });
    await here.succeeded('shop', third);
    expect((await here.get('batch/v1/jobs/migrate')).metadata.uid).not.toBe(uid);
  });

  it('a finalizer that hangs is waited for, and told', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const held = configMap(here.namespace, 'held', 'one').replace(
      'metadata:\n',
      'metadata:\n  finalizers: [example.com/hold]\n',
    );
    const files = {
      'trueup.yaml': project({ context }),
      'shop/a.yaml': configMap(here.namespace, 'a', 'one'),
      'shop/held.yaml': held,
    };
    await here.succeeded('shop', await here.push(files));

    const revision = await here.push({ 'shop/held.yaml': undefined });
    await poll('it is going', async () => {
      return (await here.get('configmaps/held'))?.metadata.deletionTimestamp;
    });
    const run = await here.runIn('shop', revision, 'applying', 'waiting');
    expect(run.phase.name).toBe('applying');
    await here.patch('configmaps/held', { metadata: { finalizers: null } });

    await here.succeeded('shop', revision);
    expect(await here.get('configmaps/held')).toBeUndefined();
  });
});

function deployment(namespace: string, replicas: number, image: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: ${namespace}
spec:
  replicas: ${replicas}
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - { name: web, image: "${image}" }
`;
}

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
