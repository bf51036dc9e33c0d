/** What kustomizations are made of, each part with the real program. */
import { env as environment } from 'node:process';

import type { JsonObject } from '@trueup/diagnostics';
import type { Rendered } from '@trueup/manifests';
import { describe, expect, it } from 'vitest';

import { countBuilds } from './testing/count-builds.ts';
import { hasKustomize, render } from './testing/real-kustomize.ts';

/** Of the program's own private folder. */
const privateNames = ['HOME', 'TMPDIR', 'PWD'];

const web = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: web
        image: web:1
        envFrom: [{ configMapRef: { name: settings } }]
`;

describe.runIf(hasKustomize())('a kustomization', () => {
  it('generates, and refers to what it generates by its hash', async () => {
    const generators = (literal: string) => ({
      'kustomization.yaml': `resources: [web.yaml]\nconfigMapGenerator:\n- name: settings\n  literals: [${literal}]\n  files: [key=a.txt]\n  envs: [.env]\nsecretGenerator:\n- name: door\n  envs: [door.env]\n`,
      'web.yaml': web,
      'a.txt': 'content\n',
      '.env': 'FROM_ENV=1\n',
      'door.env': 'password=hunter2\n',
    });

    const one = await render(generators('a=1'));
    const other = await render(generators('a=2'));

    expect([...one.diagnostics, ...other.diagnostics]).toEqual([]);
    const settings = bodyOf(one, 'ConfigMap');
    expect(settings['data']).toEqual({ a: '1', key: 'content\n', FROM_ENV: '1' });
    expect(bodyOf(one, 'Secret')['data']).toEqual({ password: 'aHVudGVyMg==' });
    const name = nameOf(settings);
    expect(name).toMatch(/^settings-[a-z\d]{10}$/);
    expect(nameOf(bodyOf(other, 'ConfigMap'))).not.toBe(name);
    expect(JSON.stringify(bodyOf(one, 'Deployment'))).toContain(`{"name":"${name}"}`);
    expect(originOf(one, 'ConfigMap')).toBe('s/kustomization.yaml:3');
  });

  it('is changed by components in their order', async () => {
    const component = (name: string) =>
      `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [extra.yaml]\npatches:\n- target: { kind: Deployment }\n  patch: |\n    - { op: add, path: /metadata/annotations/${name}, value: ${name} }\n    - { op: add, path: /spec/paused, value: ${name} }\n`;
    const extra = (name: string) => `apiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\n`;

    const rendered = await render({
      'kustomization.yaml':
        'resources: [web.yaml]\ncommonAnnotations: { by: hand }\ncomponents: [../parts/one, ../parts/two]\n',
      'web.yaml': web.replace('{ name: web }', '{ name: web, annotations: { own: x } }'),
      'parts/one/kustomization.yaml': component('one'),
      'parts/one/extra.yaml': extra('one'),
      'parts/two/kustomization.yaml': component('two'),
      'parts/two/extra.yaml': extra('two'),
    });

    expect(rendered.diagnostics).toEqual([]);
    const deployment = bodyOf(rendered, 'Deployment');
    expect(deployment['metadata']).toEqual({
      name: 'web',
      annotations: { by: 'hand', one: 'one', own: 'x', two: 'two' },
    });
    expect(deployment['spec']).toMatchObject({ paused: 'two' });
    expect(rendered.documents.map(({ body }) => nameOf(body)).sort()).toEqual([
      'one',
      'two',
      'web',
    ]);
    expect(originOf(rendered, 'Service')).toBe('parts/one/extra.yaml:1');
  });

  it('replaces fields by others, named here or in a file', async () => {
    const swap =
      '- source: { kind: Service, name: db }\n  targets:\n  - select: { kind: Deployment }\n    fieldPaths: [spec.template.spec.containers.0.image]\n    options: { delimiter: ":", index: 0 }\n';
    const rendered = await render({
      'kustomization.yaml':
        'resources: [web.yaml, db.yaml]\nreplacements:\n- path: swap.yaml\n- source: { kind: Service, name: db, fieldPath: spec.clusterIP }\n  targets:\n  - { select: { kind: Deployment }, fieldPaths: [metadata.annotations.db], options: { create: true } }\n',
      'web.yaml': web,
      'db.yaml':
        'apiVersion: v1\nkind: Service\nmetadata: { name: db }\nspec: { clusterIP: None }\n',
      'swap.yaml': swap,
    });

    expect(rendered.diagnostics).toEqual([]);
    expect(JSON.stringify(bodyOf(rendered, 'Deployment'))).toContain('"image":"db:1"');
    expect(bodyOf(rendered, 'Deployment')['metadata']).toMatchObject({
      annotations: { db: 'None' },
    });
  });

  it('patches by files and on the spot, and sets names, images and replicas', async () => {
    const rendered = await render({
      'kustomization.yaml': [
        'resources: [web.yaml]',
        'namePrefix: a-',
        'namespace: shop',
        'labels: [{ pairs: { app: web }, includeSelectors: false }]',
        'images: [{ name: web, newName: other, digest: "sha256:00" }]',
        'replicas: [{ name: web, count: 5 }]',
        'patches:',
        '- path: patch.yaml',
        '- target: { kind: Deployment }',
        '  patch: |',
        '    - { op: test, path: /spec/paused, value: true }',
        '    - { op: remove, path: /spec/paused }',
      ].join('\n'),
      'web.yaml': web,
      'patch.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  paused: true\n  template: { spec: { containers: [{ name: web, tty: true }] } }\n',
    });

    expect(rendered.diagnostics).toEqual([]);
    expect(bodyOf(rendered, 'Deployment')).toMatchObject({
      metadata: { name: 'a-web', namespace: 'shop', labels: { app: 'web' } },
      spec: {
        replicas: 5,
        template: { spec: { containers: [{ name: 'web', image: 'other@sha256:00', tty: true }] } },
      },
    });
    expect(bodyOf(rendered, 'Deployment')['spec']).not.toHaveProperty('paused');
  });

  it('reads files of its own folder, or of the repository where the stack says so', async () => {
    const files = {
      'kustomization.yaml':
        'resources: [../other/a.yaml]\nconfigMapGenerator: [{ name: c, files: [../other/b.txt] }]\n',
      'other/a.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: a }\n',
      'other/b.txt': 'b',
    };

    const own = await render(files);
    const all = await render(files, { files: 'repository' });

    expect(own.diagnostics.map(({ code, origin }) => [code, origin?.line])).toEqual([
      ['RENDER_KUSTOMIZE_OUTSIDE', 1],
      ['RENDER_KUSTOMIZE_OUTSIDE', 2],
    ]);
    expect(own.diagnostics[0]?.advice).toContain('kustomize: { files: repository }');
    expect(all.diagnostics).toEqual([]);
    expect(all.documents).toHaveLength(2);
  });

  it('reads nothing of our environment, which lines without a value would take from it', async () => {
    const names = Object.keys(environment).filter((name) => /^[A-Z_]+$/.test(name));
    const files = {
      'kustomization.yaml': 'configMapGenerator:\n- name: seen\n  envs: [seen.env]\n',
      'seen.env': `${names.join('\n')}\n`,
    };

    const { data } = bodyOf(await render(files), 'ConfigMap');

    const seen = Object.entries(Object(data)).filter(([, value]) => value !== '');
    expect(names).toContain('PATH');
    expect(seen.map(([name]) => name).filter((name) => !privateNames.includes(name))).toEqual([]);
  });

  it('has nothing outside of the repository, whatever it names', async () => {
    const rendered = await render(
      {
        'kustomization.yaml':
          'resources: [/etc/passwd, ../../../etc]\nconfigMapGenerator: [{ name: c, files: [../../../../etc/passwd], envs: [/etc/environment] }]\n',
      },
      { files: 'repository' },
    );

    expect(rendered.documents).toEqual([]);
    expect(rendered.diagnostics.map(({ code }) => code)).toEqual(
      Array(4).fill('RENDER_KUSTOMIZE_OUTSIDE'),
    );
  });

  it.each([
    [
      'a function of a folder of transformers',
      {
        'kustomization.yaml': 'resources: [web.yaml]\ntransformers: [./plugins]\n',
        'web.yaml': web,
      },
      'PLUGIN',
    ],
    [
      'a function on the spot',
      {
        'kustomization.yaml':
          'resources: [web.yaml]\ntransformers:\n- |\n  apiVersion: v1\n  kind: Any\n  metadata:\n    name: any\n    annotations: { config.kubernetes.io/function: "exec: {path: ./run.sh}" }\n',
        'web.yaml': web,
      },
      'PLUGIN',
    ],
    [
      'charts',
      { 'kustomization.yaml': 'helmCharts:\n- { name: redis, repo: "https://example.com" }\n' },
      'HELM',
    ],
  ])('runs no program for %s', async (_name, contents, code) => {
    const rendered = await render({
      ...(contents as Record<string, string>),
      's/plugins/kustomization.yaml': 'resources: [any.yaml]\n',
      's/plugins/any.yaml':
        'apiVersion: v1\nkind: Any\nmetadata:\n  name: any\n  annotations: { config.kubernetes.io/function: "container: {image: a}" }\n',
    });

    expect(rendered.documents).toEqual([]);
    expect(rendered.diagnostics.map((one) => one.code)).toEqual([`RENDER_KUSTOMIZE_${code}`]);
  });

  it('is built once where names say what comes from where, and twice elsewhere', async () => {
    const files = { 'web.yaml': web, 'kustomization.yaml': 'resources: [web.yaml]\n' };
    const prefixed = { ...files, 'kustomization.yaml': 'resources: [web.yaml]\nnamePrefix: a-\n' };

    expect(await countBuilds(files)).toBe(1);
    expect(await countBuilds(prefixed)).toBe(2);
  });

  it('is bounded in memory', async () => {
    const files = {
      'kustomization.yaml': 'resources: [many.yaml]\n',
      'many.yaml': Array.from(
        { length: 3000 },
        (_, index) =>
          `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a${index} }\ndata: { a: ${'x'.repeat(3000)} }\n`,
      ).join('---\n'),
    };

    const { diagnostics } = await render(files, {}, { limits: { memoryBytes: 120e6 } });

    expect(diagnostics).toMatchObject([
      { code: 'RENDER_KUSTOMIZE_TOO_MUCH', summary: expect.stringContaining('more memory') },
    ]);
  });

  it('gives one answer however often it is asked, whatever the load', async () => {
    const files = {
      'kustomization.yaml': 'resources: [many.yaml]\nnameSuffix: -x\n',
      'many.yaml': Array.from(
        { length: 200 },
        (_, index) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a${index} }\n`,
      ).join('---\n'),
    };

    const [first, ...others] = await Promise.all([render(files), render(files), render(files)]);

    expect(first.documents).toHaveLength(200);
    for (const other of others) expect(other).toEqual(first);
  });
});

function bodyOf({ documents }: Rendered, kind: string): JsonObject {
  return documents.find(({ body }) => body['kind'] === kind)?.body ?? {};
}

function originOf({ documents }: Rendered, kind: string): string {
  const origin = documents.find(({ body }) => body['kind'] === kind)?.origin;
  return `${origin?.file}:${origin?.line}`;
}

function nameOf(body: JsonObject): unknown {
  return (body['metadata'] as JsonObject)['name'];
}
