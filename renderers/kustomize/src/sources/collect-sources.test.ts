import type { Diagnostic } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { parseSettings } from '../schema.ts';
import { fakeFiles } from '../testing/fake-files.ts';
import { collectSources } from './collect-sources.ts';

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

    const sources = await collectSources(
      files,
      'apps/shop/overlays/prod',
      parseSettings({}),
      signal,
    );

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

    const { diagnostics } = await collectSources(files, 'apps/a', parseSettings({}), signal);

    expect(diagnostics.map(brief)).toEqual([expected]);
    expect(diagnostics[0]?.origin?.file).toBe('apps/a/kustomization.yaml');
  });

  it('says everything at once, also of the bases', async () => {
    const files = fakeFiles({
      'a/kustomization.yaml': 'resources: [../b, x.yaml]\n',
      'b/kustomization.yaml': 'resources: [y.yaml]\ncrds: [z.json]\n',
    });

    const { diagnostics } = await collectSources(files, 'a', parseSettings({}), signal);

    expect(diagnostics.map(({ summary }) => summary.slice(0, 30))).toEqual([
      'b/kustomization.yaml: `y.yaml`',
      'b/kustomization.yaml: `z.json`',
      'a/kustomization.yaml: `x.yaml`',
    ]);
  });

  it('takes files from elsewhere in the repository where the stack says so', async () => {
    const files = fakeFiles({ 'a/kustomization.yaml': 'resources: [../c.yaml]\n', 'c.yaml': '' });

    const settings = parseSettings({ files: 'repository' });
    const { diagnostics } = await collectSources(files, 'a', settings, signal);

    expect(diagnostics).toEqual([]);
  });

  it('ends where bases name each other', async () => {
    const files = fakeFiles({
      'a/kustomization.yaml': 'resources: [../b]\n',
      'b/kustomization.yaml': 'resources: [../a]\n',
    });

    const { kustomizations } = await collectSources(files, 'a', parseSettings({}), signal);

    expect(kustomizations).toHaveLength(2);
  });

  it('says that there is no kustomization', async () => {
    const { diagnostics } = await collectSources(fakeFiles({}), '', parseSettings({}), signal);

    expect(diagnostics.map(brief)).toEqual(['NO_KUSTOMIZATION 1']);
  });
});

function nothingIn(folder: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`${folder}/${name}`, '']));
}

function brief({ code, origin }: Diagnostic): string {
  const column = origin?.column === undefined ? '' : `:${origin.column}`;
  return `${code.replace('RENDER_KUSTOMIZE_', '')} ${origin?.line}${column}`;
}
