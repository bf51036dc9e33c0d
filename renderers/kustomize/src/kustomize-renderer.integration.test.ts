import { accessSync } from 'node:fs';
import { join } from 'node:path';

import type { RenderRequest } from '@trueup/manifests';
import { describe, expect, it } from 'vitest';

import { createKustomizeRenderer } from './kustomize-renderer.ts';
import { fakeFiles } from './testing/fake-files.ts';

const assets = process.env['KUBEBUILDER_ASSETS'] ?? '';
const signal = new AbortController().signal;
const shop = {
  'apps/base/kustomization.yaml':
    'resources: [web.yaml]\nconfigMapGenerator:\n- name: other\n  literals: [x=y]\n- name: settings\n  literals: [a=b]\n',
  'apps/base/web.yaml':
    'apiVersion: v1\nkind: Service\nmetadata: {name: db}\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: web\n',
  'apps/prod/kustomization.yaml':
    'namePrefix: prod-\nresources: [../base]\nsecretGenerator:\n- name: door\n  literals: [password=hunter2]\n',
};

describe.runIf(hasKustomize())('the kustomize renderer', () => {
  const renderer = createKustomizeRenderer({ searchPath: assets });

  it('renders bases from everywhere, and says where each resource comes from', async () => {
    const { documents, diagnostics, tool, inputsRead } = await renderer.render(
      fakeFiles(shop),
      requestFor('apps/prod'),
      signal,
    );

    expect(diagnostics).toEqual([]);
    expect(documents.map(({ body, origin }) => [nameOf(body), origin.file, origin.line])).toEqual([
      [expect.stringMatching(/^prod-other-\w{10}$/), 'apps/base/kustomization.yaml', 3],
      [expect.stringMatching(/^prod-settings-\w{10}$/), 'apps/base/kustomization.yaml', 5],
      [expect.stringMatching(/^prod-door-\w{10}$/), 'apps/prod/kustomization.yaml', 4],
      ['prod-db', 'apps/base/web.yaml', 1],
      ['prod-web', 'apps/base/web.yaml', 5],
    ]);
    expect(JSON.stringify(documents)).not.toContain('config.kubernetes.io/origin');
    expect(tool).toEqual({ name: 'kustomize', version: expect.stringMatching(/^v5\./) });
    expect(inputsRead.map(({ name }) => name)).toEqual(['program:kustomize']);
  });

  it('gives the same answer twice', async () => {
    const [one, two] = await Promise.all(
      [1, 2].map(() => renderer.render(fakeFiles(shop), requestFor('apps/prod'), signal)),
    );

    expect(one).toEqual(two);
  });

  it.each<[string, string, Record<string, string>, string]>([
    ['an unknown field', 'resources: []\nfoo: 1\n', {}, 'FIELD 2'],
    ['a word that is a boolean', 'resources: []\nnamespace: n\n', {}, 'FIELD 2'],
    [
      'a patch without a target',
      'patches: [{patch: "{apiVersion: v1, kind: Secret, metadata: {name: a}, stringData: {b: hunter2}}"}]\n',
      {},
      'PATCH 1',
    ],
    [
      'a resource that is there twice',
      'resources: [a.yaml, b.yaml]\n',
      { 'a.yaml': secret('x'), 'b.yaml': secret('x') },
      'TWICE 1',
    ],
    [
      'no name',
      'resources: [a.yaml]\n',
      { 'a.yaml': 'apiVersion: v1\nkind: Secret\nstringData: {a: hunter2}\n' },
      'NAME 1',
    ],
    [
      'a literal without a key',
      'secretGenerator:\n- name: a\n  literals: [hunter2]\n',
      {},
      'GENERATOR 1',
    ],
    ['a circle', 'resources: [../s]\n', {}, 'CYCLE 1'],
    ['a broken resource', 'resources: [a.yaml]\n', { 'a.yaml': 'a: [\n' }, 'YAML_SYNTAX 1'],
  ])('says what is wrong with %s', async (_name, text, others, expected) => {
    const here = Object.entries(others).map(([name, content]) => [`s/${name}`, content]);
    const files = fakeFiles({ 's/kustomization.yaml': text, ...Object.fromEntries(here) });

    const { documents, diagnostics } = await renderer.render(files, requestFor('s'), signal);

    expect(documents).toEqual([]);
    expect(
      diagnostics.map(
        ({ code, origin }) => `${code.replace('RENDER_KUSTOMIZE_', '')} ${origin?.line}`,
      ),
    ).toEqual([expected]);
    expect(JSON.stringify(diagnostics)).not.toMatch(/hunter2|aHVudGVyMg|trueup-program/);
  });

  it('finds no program but itself', async () => {
    const files = fakeFiles({
      's/kustomization.yaml': 'resources: [a.yaml]\ntransformers: [plugin.yaml]\n',
      's/a.yaml': secret('x'),
      's/plugin.yaml':
        'apiVersion: v1\nkind: Any\nmetadata:\n  name: any\n  annotations:\n    config.kubernetes.io/function: "exec: {path: ./run.sh}"\n',
    });

    const { diagnostics } = await renderer.render(files, requestFor('s'), signal);

    expect(diagnostics.map(({ severity }) => severity)).toEqual(['error']);
  });

  it('stops when it is told to', async () => {
    const reason = new Error('enough');
    const rendering = renderer.render(
      fakeFiles(shop),
      requestFor('apps/prod'),
      AbortSignal.abort(reason),
    );

    await expect(rendering).rejects.toBe(reason);
  });

  it('keeps its limits', async () => {
    const limited = createKustomizeRenderer({ searchPath: assets, limits: { stdoutBytes: 100 } });

    const { diagnostics } = await limited.render(fakeFiles(shop), requestFor('apps/prod'), signal);

    expect(diagnostics.map(({ code }) => code)).toEqual(['RENDER_KUSTOMIZE_TOO_MUCH']);
  });
});

describe('without the program', () => {
  it('a stack gets one clear diagnostic', async () => {
    const renderer = createKustomizeRenderer({ searchPath: '/nowhere' });

    const rendered = await renderer.render(fakeFiles(shop), requestFor('apps/prod'), signal);

    expect(rendered.documents).toEqual([]);
    expect(rendered.diagnostics.map(({ code }) => code)).toEqual(['RENDER_KUSTOMIZE_MISSING']);
  });

  it('stacks are still recognised', () => {
    const { recognises } = createKustomizeRenderer({ searchPath: '/nowhere' });

    expect(recognises(['a/kustomization.yaml'], 'a')).toBe(true);
    expect(recognises(['Kustomization'], '')).toBe(true);
    expect(recognises(['a/b/kustomization.yaml', 'a/x.yaml'], 'a')).toBe(false);
  });
});

function requestFor(folder: string): RenderRequest {
  const capabilities = { kubernetesVersion: 'v1.35.0', apiVersions: [] };
  return { folder, settings: undefined, releaseName: 'shop', namespace: undefined, capabilities };
}

function secret(name: string): string {
  return `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\nstringData:\n  a: hunter2\n`;
}

function nameOf(body: unknown): string {
  return (body as { metadata: { name: string } }).metadata.name;
}

function hasKustomize(): boolean {
  try {
    accessSync(join(assets === '' ? '/nowhere' : assets, 'kustomize'));
    return true;
  } catch {
    return false;
  }
}
