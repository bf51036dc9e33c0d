import { readField } from '@trueup/diagnostics';
import { createPlainRenderer } from '@trueup/manifests';
import type { Inputs, Stack } from '@trueup/provider-sdk';
import { createMemoryFiles } from '@trueup/provider-sdk/testing';
import { describe, expect, it } from 'vitest';

import { annotationOf, labelOf } from '../client/read-fields.ts';
import { fakeKinds } from '../testing/fake-kinds.ts';
import { prepareStack } from './prepare-stack.ts';

const stack: Stack = {
  name: 'shop/web',
  path: 'web',
  settings: undefined,
  owner: 'mark',
  formerOwners: [],
};

async function prepare(text: string | undefined, settings?: unknown, inputs: Inputs = {}) {
  const files = createMemoryFiles(text === undefined ? {} : { 'web/all.yaml': text });
  const target = { name: 'staging', settings: { context: 'staging' } };
  const prepared = await prepareStack(
    files,
    { stack: { ...stack, settings }, target, inputs },
    {
      renderers: [createPlainRenderer()],
      findKind: async ({ group, kind }) =>
        fakeKinds.find((one) => one.group === group && one.kind === kind),
      capabilities: async () => ({ kubernetesVersion: 'v1.35.0', apiVersions: [] }),
      defaultNamespace: async () => 'default',
      digestInput: (name) => `digest of ${name}`,
      signal: new AbortController().signal,
    },
  );
  return {
    ...prepared,
    ids: prepared.resources.map(({ id }) => id),
    remarks: prepared.diagnostics.map(({ code, origin }) => `${code} ${origin?.line}`),
  };
}

const map = (name: string, more = '') => `
apiVersion: v1
kind: ConfigMap
metadata: { name: ${name}${more} }
`;

describe('prepareStack', () => {
  it('places what names no namespace, and only what lies in namespaces', async () => {
    const text = `${map('a')}---${map('b', ', namespace: own')}---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: c, namespace: nonsense }
`;

    expect((await prepare(text)).ids).toEqual([
      'ConfigMap/default/a',
      'ConfigMap/own/b',
      'ClusterRole.rbac.authorization.k8s.io//c',
    ]);
    expect((await prepare(text, { namespace: 'shop' })).ids[0]).toBe('ConfigMap/shop/a');
  });

  it('marks everything, and leaves out what asks for nothing', async () => {
    const text = map(
      'a',
      ', creationTimestamp: null, uid: x, labels: null, annotations: { a: null, b: c }',
    );

    const [resource] = (await prepare(text)).resources;

    expect(labelOf(resource?.body ?? {}, 'trueup.dev/owner')).toBe('mark');
    expect(annotationOf(resource?.body ?? {}, 'trueup.dev/stack')).toBe('shop/web');
    expect(readField(resource?.body, 'metadata')).toEqual({
      name: 'a',
      namespace: 'default',
      labels: { 'trueup.dev/owner': 'mark' },
      annotations: { b: 'c', 'trueup.dev/stack': 'shop/web' },
    });
  });

  it('links resources to their namespace and to the definition of their kind', async () => {
    const { resources, remarks } = await prepare(`
apiVersion: example.com/v1
kind: Widget
metadata: { name: w, namespace: shop }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec: { group: example.com, scope: Namespaced, names: { kind: Widget }, versions: [{ name: v1 }] }
`);

    expect(remarks).toEqual([]);
    expect(resources[0]?.dependsOn).toEqual([
      'Namespace//shop',
      'CustomResourceDefinition.apiextensions.k8s.io//widgets.example.com',
    ]);
  });

  it('names everything that is wrong, at its line, and keeps the rest', async () => {
    const { ids, remarks } = await prepare(`
apiVersion: v1
kind: ConfigMap
metadata: { name: good }
---
apiVersion: v1
kind: ConfigMap
metadata: { labels: { a: 1 } }
---
apiVersion: example.com/v1
kind: Unheard
metadata: { name: x }
---
apiVersion: v2
kind: Secret
metadata: { name: z }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: good }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: "..", namespace: "a/b" }
---
data: {}
`);

    expect(remarks.toSorted()).toEqual([
      'KUBERNETES_KIND_UNKNOWN 10',
      'KUBERNETES_KIND_UNKNOWN 14',
      'KUBERNETES_MANIFEST 22',
      'KUBERNETES_MANIFEST 22',
      'KUBERNETES_RESOURCE_DOUBLED 18',
      'MANIFEST_API_VERSION 26',
      'MANIFEST_KIND 26',
      'MANIFEST_NAME 26',
      'MANIFEST_NAME 6',
    ]);
    expect(ids).toEqual(['ConfigMap/default/good', 'Secret/default/z']);
  });

  it('gives what has no name one by its content, and runs it when that changes', async () => {
    const text = (image: string) => `
apiVersion: batch/v1
kind: Job
metadata: { generateName: migrate- }
spec: { template: { spec: { containers: [{ name: a, image: ${image} }] } } }
`;
    const [one, same, other] = await Promise.all(
      ['a', 'a', 'b'].map((image) => prepare(text(image))),
    );

    expect(one?.ids[0]).toMatch(/^Job\.batch\/default\/migrate-[0-9a-f]{10}$/);
    expect(same?.ids).toEqual(one?.ids);
    expect(other?.ids).not.toEqual(one?.ids);
    expect(one?.resources[0]?.executes).toBe('changed');
  });

  it('fills in inputs by their type, and notes where secrets went', async () => {
    const text = `
apiVersion: v1
kind: ConfigMap
metadata: { name: a }
data:
  whole: "\${{ trueup.inputs.port }}"
  part: "port \${{trueup.inputs.port}}!"
  hidden: "\${{ trueup.inputs.password }}"
  foreign: "\${{ github.ref }}"
`;
    const inputs = {
      port: { value: 80, sensitive: false },
      password: { value: 'opensesame', sensitive: true },
    };

    const { resources, inputsRead } = await prepare(text, undefined, inputs);

    expect(readField(resources[0]?.body, 'data')).toEqual({
      whole: 80,
      part: 'port 80!',
      hidden: 'opensesame',
      foreign: ['$', '{{ github.ref }}'].join(''),
    });
    expect(annotationOf(resources[0]?.body ?? {}, 'trueup.dev/sensitive')).toBe('data.hidden');
    expect(inputsRead.map(({ name }) => name)).toEqual(['input:password', 'input:port']);
    expect((await prepare(text)).remarks).toEqual([
      'KUBERNETES_INPUT_UNKNOWN 2',
      'KUBERNETES_INPUT_UNKNOWN 2',
      'KUBERNETES_INPUT_UNKNOWN 2',
    ]);
  });

  it('writes rules of the stack onto the resources that they are about', async () => {
    const settings = {
      health: [{ kind: 'ConfigMap', current: 'true' }],
      outputs: { a: { from: 'ConfigMap/default/a', field: 'data.a' } },
    };

    const { resources } = await prepare(map('a'), settings);

    const body = resources[0]?.body ?? {};
    expect(annotationOf(body, 'trueup.dev/health-current')).toBe('true');
    expect(annotationOf(body, 'trueup.dev/output.a')).toBe('data.a');
  });

  it('leaves out what is for tools alone', async () => {
    const text = map('a', ', annotations: { config.kubernetes.io/local-config: "true" }');

    expect((await prepare(text)).ids).toEqual([]);
  });

  it('takes a folder that is not there for a mistake', async () => {
    expect((await prepare(undefined)).remarks).toEqual(['KUBERNETES_STACK_FOLDER 1']);
    expect((await prepare(map('a'), { renderer: 'helm' })).remarks).toEqual([
      'KUBERNETES_STACK_FOLDER 1',
    ]);
  });
});
