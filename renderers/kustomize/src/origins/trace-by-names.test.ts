import { isJsonObject } from '@trueup/diagnostics';
import { parseYaml, readManifests } from '@trueup/manifests';
import { describe, expect, it } from 'vitest';

import type { Sources } from '../sources/collect-sources.ts';
import { keepsNames, traceByNames } from './trace-by-names.ts';

const web = 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\n';
const db = 'apiVersion: v1\nkind: Service\nmetadata: { name: db }\n';
const settings = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings-2bc5t6fkmd }\n';

describe('where a resource comes from', () => {
  it('is told by its kind and name, of a file or of a generator', () => {
    const sources = sourcesOf({
      'a/kustomization.yaml':
        'resources: [web.yaml, ../b]\npatches: [{ path: patch.yaml }]\nconfigMapGenerator:\n- name: settings\n',
      'a/web.yaml': `# mine\n---\n${web}`,
      'a/patch.yaml': web,
      'b/kustomization.yaml': 'resources: [db.yaml]\n',
      'b/db.yaml': db,
    });

    const traced = traceByNames(printed(db, settings, web), sources);

    expect(keepsNames(sources)).toBe(true);
    expect(traced?.map(({ origin }) => `${origin.file}:${origin.line}`)).toEqual([
      'b/db.yaml:1',
      'a/kustomization.yaml:4',
      'a/web.yaml:3',
    ]);
  });

  it.each([
    ['two files', { 'a/kustomization.yaml': 'resources: [web.yaml, again.yaml]\n' }, web],
    ['none', { 'a/kustomization.yaml': 'resources: []\n' }, web],
    [
      'a file or a generator',
      {
        'a/kustomization.yaml':
          'resources: [settings.yaml]\nconfigMapGenerator: [{ name: settings }]\n',
      },
      settings,
    ],
  ])('is not told where it may be %s', (_name, files, document) => {
    const all = { 'a/web.yaml': web, 'a/again.yaml': web, 'a/settings.yaml': settings, ...files };

    expect(traceByNames(printed(document), sourcesOf(all))).toBeUndefined();
  });

  it.each(['namePrefix: a-', 'nameSuffix: -a', 'generators: [a.yaml]', 'transformers: [a.yaml]'])(
    'is not asked of names with %s',
    (line) => {
      const base = { 'b/kustomization.yaml': `${line}\n` };

      expect(
        keepsNames(sourcesOf({ 'a/kustomization.yaml': 'resources: [../b]\n', ...base })),
      ).toBe(false);
    },
  );
});

function printed(...texts: readonly string[]) {
  return readManifests(texts.join('---\n'), { file: 'out.yaml' }).documents;
}

function sourcesOf(contents: Readonly<Record<string, string>>): Sources {
  const kustomizations = Object.entries(contents).flatMap(([file, text]) => {
    if (!file.endsWith('kustomization.yaml')) return [];
    const { value } = parseYaml(text, { file });
    return isJsonObject(value) ? [{ file, folder: file.split('/')[0] ?? '', text, value }] : [];
  });
  const files = Object.entries(contents).map(([path, text]) => [path, Buffer.from(text)] as const);
  return { files: new Map(files), kustomizations, diagnostics: [], remotes: [] };
}
