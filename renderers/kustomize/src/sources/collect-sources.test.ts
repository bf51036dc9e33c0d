import type { Diagnostic, JsonObject } from '@trueup/diagnostics';
import type { SourceFiles } from '@trueup/manifests';
import { describe, expect, it } from 'vitest';

import type { RemoteBases } from '../remote/remote-bases.ts';
import type { RemoteTree } from '../remote/remote-tree.ts';
import { parseSettings } from '../schema.ts';
import { fakeFiles } from '../testing/fake-files.ts';
import { collectSources, type Sources } from './collect-sources.ts';

const signal = new AbortController().signal;

describe('collectSources', () => {
  it('reads what the kustomizations name, wherever it lies, and nothing else', async () => {
    const files = fakeFiles({
      'apps/shop/overlays/prod/kustomization.yaml': [
        'resources: [../../base, extra.yaml]',
        'components: [../../../parts/tls]',
        'patches: [{path: patch.yaml}, {patch: "a: b"}]',
        'patchesStrategicMerge: [old.yaml, "a: {b: c}"]',
        'configMapGenerator: [{name: a, files: [k=a.txt], envs: [.env]}]',
        'secretGenerator: [{name: b, env: b.env, literals: [c=d]}]',
        'openapi: {path: schema.json}',
        'crds: [crd.json]',
        'configurations: [refs.yaml]',
        'replacements: [{path: swap.yaml}]',
        'transformers: [plugin.yaml, "kind: Inline\\npath: metadata/name"]',
      ].join('\n'),
      ...nothingIn('apps/shop/overlays/prod', [
        ...['extra.yaml', 'patch.yaml', 'old.yaml', 'a.txt', '.env', 'b.env', 'schema.json'],
        ...['crd.json', 'refs.yaml', 'swap.yaml', 'deep/patch.yaml', 'unused.yaml'],
      ]),
      'apps/shop/overlays/prod/plugin.yaml':
        'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: x}\npath: deep/patch.yaml\nfieldSpecs: [{path: spec/x}]\n',
      'apps/shop/base/kustomization.yml': 'resources: [web.yaml]\n',
      'apps/shop/base/web.yaml': '',
      'apps/parts/tls/Kustomization': 'kind: Component\n',
    });

    const sources = await collect(files, 'apps/shop/overlays/prod');

    expect(sources.diagnostics).toEqual([]);
    expect(sources.kustomizations.map(({ file }) => file)).toEqual([
      'apps/shop/overlays/prod/kustomization.yaml',
      'apps/shop/base/kustomization.yml',
      'apps/parts/tls/Kustomization',
    ]);
    const left = ['apps/shop/overlays/prod/unused.yaml'];
    expect([...sources.files.keys(), ...left].sort()).toEqual(await files.list(''));
    expect(files.asked).toContain('!apps/shop/base/kustomization.yaml');
    expect(files.asked).not.toContain(left[0]);
  });

  it.each<[string, string, string]>([
    ['a missing file', 'resources:\n- a.yaml\n- b.yaml\n', 'MISSING_FILE 2:3'],
    ['a missing patch', 'patches:\n- path: p.yaml\n', 'MISSING_FILE 2:3'],
    ['a missing file of a generator', 'secretGenerator:\n- files: [x=y]\n', 'MISSING_FILE 2:11'],
    ['a component that is a file', 'components: [b.yaml]\n', 'MISSING_FILE 1:14'],
    ['a way out of the repository', 'resources:\n- ../../../etc\n', 'OUTSIDE 2:3'],
    ['an absolute path', 'resources: [/etc/passwd]\n', 'OUTSIDE 1:13'],
    ['a file of another folder', 'resources: [../c.yaml]\n', 'OUTSIDE 1:13'],
    ['a remote base', 'resources: ["https://github.com/a/b//c?ref=v1"]\n', 'REMOTE 1:13'],
    ['a remote file', 'resources: [https://example.com/a.yaml]\n', 'REMOTE 1:13'],
    ['a short form', 'resources: [github.com/a/b]\n', 'REMOTE 1:13'],
    ['Git over SSH', 'components: ["git@example.com:a/b"]\n', 'REMOTE 1:14'],
    ['a host without a scheme', 'resources: [example.com/a/b?ref=v1]\n', 'REMOTE 1:13'],
    ['a chart', '\nhelmCharts: [{name: a}]\n', 'HELM 2:1'],
    ['a list', '- a\n', 'NO_KUSTOMIZATION 1'],
    ['an empty file', '# later\n', 'NO_KUSTOMIZATION 1'],
    ['broken YAML', 'resources: [\n', 'YAML_SYNTAX 1:13'],
  ])('says where the kustomization names %s', async (_name, text, expected) => {
    const files = fakeFiles({
      'apps/a/kustomization.yaml': text,
      'apps/a/b.yaml': '',
      'apps/c.yaml': '',
    });

    const { diagnostics } = await collect(files, 'apps/a');

    expect(diagnostics.map(brief)).toEqual([expected]);
    expect(diagnostics[0]?.origin?.file).toBe('apps/a/kustomization.yaml');
  });

  it.each([
    ['a function that is run', 'v1', 'A', 'PLUGIN 2:3'],
    ['a plug-in of somebody', 'team.example.com/v1', 'A', 'PLUGIN 2:3'],
    ['a chart', 'builtin', 'HelmChartInflationGenerator', 'HELM 2:3'],
    ['a built-in one', 'builtin', 'PrefixTransformer', ''],
  ])('judges the plug-in that is %s', async (_name, apiVersion, kind, expected) => {
    const body = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a }\n`;
    const files = fakeFiles({
      'kustomization.yaml': 'generators:\n- plugin.yaml\n',
      'plugin.yaml': body,
    });

    const { diagnostics } = await collect(files, '');

    expect(diagnostics.map(brief).join()).toBe(expected);
  });

  it('says everything at once, also of the bases', async () => {
    const files = fakeFiles({
      'a/kustomization.yaml': 'resources: [../b, x.yaml]\n',
      'b/kustomization.yaml': 'resources: [y.yaml]\ncrds: [z.json]\n',
    });

    const { diagnostics } = await collect(files, 'a');

    expect(diagnostics.map(({ summary }) => summary.slice(0, 30))).toEqual([
      'b/kustomization.yaml: `y.yaml`',
      'b/kustomization.yaml: `z.json`',
      'a/kustomization.yaml: `x.yaml`',
    ]);
  });

  it('takes files from elsewhere in the repository where the stack says so', async () => {
    const files = fakeFiles({ 'a/kustomization.yaml': 'resources: [../c.yaml]\n', 'c.yaml': '' });

    const { diagnostics } = await collect(files, 'a', { files: 'repository' });

    expect(diagnostics).toEqual([]);
  });

  it('ends where bases name each other', async () => {
    const files = fakeFiles({
      'a/kustomization.yaml': 'resources: [../b]\n',
      'b/kustomization.yaml': 'resources: [../a]\n',
    });

    const { kustomizations } = await collect(files, 'a');

    expect(kustomizations).toHaveLength(2);
  });

  it('fetches bases of allowed hosts, and those that they name themselves', async () => {
    const files = fakeFiles({
      'a/kustomization.yaml':
        'resources:\n- https://git.example.com/o/r//deep/base?ref=v1.2\n- https://git.example.com/x/1.0/f.yaml\n- own.yaml\n',
      'a/own.yaml': '',
    });
    const bases = fakeBases({
      '/o/r deep/base/kustomization.yaml': 'resources: [b.yaml, ../../top]\n',
      '/o/r deep/base/b.yaml': 'b',
      '/o/r top/kustomization.yaml': 'resources: [https://git.example.com/p/q?ref=main]\n',
      '/p/q kustomization.yaml':
        'resources: [../../../a/own.yaml, https://other.example.com/a/b]\n',
    });

    const sources = await collect(files, 'a', { allowHosts: ['git.example.com'] }, bases);

    expect([...sources.files.keys()].sort()).toEqual([
      '.trueup-remote/0/deep/base/b.yaml',
      '.trueup-remote/0/deep/base/kustomization.yaml',
      '.trueup-remote/0/top/kustomization.yaml',
      '.trueup-remote/1/kustomization.yaml',
      'a/.trueup-remote-2.yaml',
      'a/kustomization.yaml',
      'a/own.yaml',
    ]);
    expect(sources.kustomizations[0]?.value['resources']).toEqual([
      '../.trueup-remote/0/deep/base',
      '.trueup-remote-2.yaml',
      'own.yaml',
    ]);
    expect(sources.remotes.map(({ input }) => input.name)).toEqual([
      'base:https://git.example.com/o/r?ref=v1.2',
      'base:https://git.example.com/p/q?ref=main',
      'base:https://git.example.com/x/1.0/f.yaml',
    ]);
    expect(
      sources.diagnostics.map(({ severity, code, origin }) => [
        severity,
        code,
        origin?.file,
        origin?.line,
      ]),
    ).toEqual([
      ['error', 'RENDER_KUSTOMIZE_OUTSIDE', 'a/kustomization.yaml', 2],
      ['error', 'RENDER_KUSTOMIZE_REMOTE', 'a/kustomization.yaml', 2],
      ['warning', 'RENDER_KUSTOMIZE_MOVING', 'a/kustomization.yaml', 2],
    ]);
    expect(JSON.stringify(sources.diagnostics)).not.toContain('.trueup-remote');
  });

  it('reads nothing of the repository that pretends to have been fetched', async () => {
    const files = fakeFiles({
      'kustomization.yaml': 'resources: [.trueup-remote/0/a.yaml]\n',
      '.trueup-remote/0/a.yaml': '',
    });

    const { diagnostics } = await collect(
      files,
      '',
      { allowHosts: ['a.example.com'] },
      fakeBases({}),
    );

    expect(diagnostics.map(brief)).toEqual(['OUTSIDE 1:13']);
  });

  it.each([
    ['SSH', 'ssh://git@git.example.com/a/b'],
    ['a password', 'https://u:hunter2@git.example.com/a/b?ref=v1'],
    ['a flag for git', 'https://git.example.com/a/b?ref=--upload-pack=x'],
  ])('does not fetch by %s', async (_name, address) => {
    const files = fakeFiles({ 'kustomization.yaml': `resources: ["${address}"]\n` });

    const { diagnostics } = await collect(
      files,
      '',
      { allowHosts: ['git.example.com'] },
      fakeBases({}),
    );

    expect(diagnostics.map(brief)).toEqual(['REMOTE 1:13']);
  });

  it('says that there is no kustomization', async () => {
    const { diagnostics } = await collect(fakeFiles({}), '');

    expect(diagnostics.map(brief)).toEqual(['NO_KUSTOMIZATION 1']);
  });
});

function collect(
  files: SourceFiles,
  folder: string,
  settings: JsonObject = {},
  bases?: RemoteBases,
): Promise<Sources> {
  return collectSources({ files, folder, settings: parseSettings(settings), bases }, signal);
}

function nothingIn(folder: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`${folder}/${name}`, '']));
}

/** By the path of a repository, a blank, and a path within it; any file by its address alone. */
function fakeBases(contents: Readonly<Record<string, string>>): RemoteBases {
  return {
    fetchFile: async () => Buffer.from('file'),
    openTree: async ({ url }): Promise<RemoteTree> => ({
      commit: '0'.repeat(40),
      read: async (path) => {
        const content = contents[`${url.pathname} ${path}`];
        return content === undefined ? undefined : Buffer.from(content);
      },
      [Symbol.asyncDispose]: async () => undefined,
    }),
  };
}

function brief({ code, origin }: Diagnostic): string {
  const column = origin?.column === undefined ? '' : `:${origin.column}`;
  return `${code.replace('RENDER_KUSTOMIZE_', '')} ${origin?.line}${column}`;
}
