/** What charts are made of, each part with every Helm that is there. */
import type { JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { createHelmRenderer } from './helm-renderer.ts';
import { countRuns } from './testing/count-runs.ts';
import { fakeFiles } from './testing/fake-files.ts';
import { hasHelm, helms, nameOf, renderBy, requestFor, service } from './testing/real-helm.ts';

const chart = (name: string, more = '') => `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n${more}`;
const kindOf = (kind: string, name: string, more = '') =>
  `apiVersion: v1\nkind: ${kind}\nmetadata: { name: ${name} }\n${more}`;
const crd = (name: string) =>
  `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: ${name} }\nspec: { group: "{{ .Values.x }}" }\n`;

describe.runIf(hasHelm).each(helms)('a chart with Helm $line', ({ line, program }) => {
  const once = renderBy(program);
  const render: typeof once = (contents, request = {}, options = {}) =>
    once(contents, request, { secondRendering: 'never', ...options });
  const namesOf = async (...call: Parameters<typeof render>) => {
    const { documents, diagnostics } = await render(...call);
    return [...documents.map(({ body }) => nameOf(body)), ...diagnostics];
  };

  it('has its CRDs first, as they are written, those of its parts as well', async () => {
    const { documents, diagnostics } = await render({
      'apps/shop/Chart.yaml': chart('shop'),
      'apps/shop/crds/b.yaml': crd('b.example.com'),
      'apps/shop/crds/a.yaml': `${crd('a1.example.com')}---\n${crd('a2.example.com')}`,
      'apps/shop/templates/a.yaml': `${kindOf('Namespace', 'made')}---\n${crd('made.example.com')}`,
      'apps/shop/charts/redis/Chart.yaml': chart('redis'),
      'apps/shop/charts/redis/crds/c.yaml': crd('c.example.com'),
      'apps/shop/charts/redis/templates/c.yaml': service('redis'),
    });

    const names = documents.map(({ body }) => nameOf(body));
    expect(diagnostics).toEqual([]);
    expect(names.slice(0, 4).sort()).toEqual(
      ['a1', 'a2', 'b', 'c'].map((name) => `${name}.example.com`),
    );
    expect(names.slice(4)).toEqual(['made', 'made.example.com', 'shop-redis']);
    expect(documents.filter(({ beforeHooks }) => beforeHooks)).toEqual(documents.slice(0, 4));
    expect(
      documents.map(({ body }) => (body['spec'] as JsonObject)?.['group']).slice(0, 4),
    ).toEqual(Array(4).fill('{{ .Values.x }}'));
  });

  it('has its hooks as documents, with their weights and what becomes of them', async () => {
    const hook = (name: string, marks: string) =>
      `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: ${name}\n  annotations: { ${marks} }\n---\n`;
    const { documents, diagnostics } = await render({
      'apps/shop/Chart.yaml': chart('shop'),
      'apps/shop/templates/hooks.yaml': [
        hook('late', 'helm.sh/hook: post-install, helm.sh/hook-weight: "5"'),
        hook('early', 'helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "-5"'),
        hook('gone', 'helm.sh/hook: pre-delete'),
        hook('once', 'helm.sh/hook: pre-install, helm.sh/hook-delete-policy: hook-succeeded'),
      ].join(''),
      'apps/shop/templates/web.yaml': service('web'),
    });

    expect(diagnostics).toEqual([]);
    const annotations = documents.map(({ body }) => [
      nameOf(body),
      (body['metadata'] as JsonObject)['annotations'],
    ]);
    expect(annotations[0]).toEqual(['shop-web', undefined]);
    expect(Object.fromEntries(annotations.slice(1))).toEqual({
      late: { 'helm.sh/hook': 'post-install', 'helm.sh/hook-weight': '5' },
      early: { 'helm.sh/hook': 'pre-install,pre-upgrade', 'helm.sh/hook-weight': '-5' },
      gone: { 'helm.sh/hook': 'pre-delete' },
      once: { 'helm.sh/hook': 'pre-install', 'helm.sh/hook-delete-policy': 'hook-succeeded' },
    });
  });

  it('finds nothing by `lookup`, and is told so', async () => {
    const { documents, diagnostics } = await render({
      'apps/shop/Chart.yaml': chart('shop'),
      'apps/shop/templates/a.yaml':
        '{{- $old := lookup "v1" "Secret" "n" "s" }}\napiVersion: v1\nkind: A\nmetadata: { name: a }\nspec: { found: {{ empty $old | not }} }\n',
    });

    expect(documents.map(({ body }) => body['spec'])).toEqual([{ found: false }]);
    expect(diagnostics).toMatchObject([
      {
        severity: 'warning',
        code: 'RENDER_HELM_LOOKUP',
        origin: { file: 'apps/shop/templates/a.yaml', line: 1 },
      },
    ]);
  });

  it('has no notes, but says what is wrong with them', async () => {
    const notes = (text: string) => ({
      'apps/shop/Chart.yaml': chart('shop'),
      'apps/shop/templates/web.yaml': service('web'),
      'apps/shop/templates/NOTES.txt': text,
    });

    expect(await namesOf(notes('kind: Pod\nThank you, {{ .Release.Name }}'))).toEqual(['shop-web']);
    expect((await render(notes('\n{{ fail "no" }}'))).diagnostics).toMatchObject([
      { code: 'RENDER_HELM_REFUSED', origin: { file: 'apps/shop/templates/NOTES.txt', line: 2 } },
    ]);
  });

  it('takes names from a library, which renders nothing by itself', async () => {
    const library = {
      'libs/common/Chart.yaml': chart('common', 'type: library\n'),
      'libs/common/templates/_a.tpl': '{{ define "common.a" }}{{ .Release.Name }}-common{{ end }}',
      'libs/common/templates/b.yaml': service('never'),
    };
    const files = {
      ...library,
      'apps/shop/Chart.yaml': chart(
        'shop',
        'dependencies:\n- { name: common, version: 0.1.0, repository: "file://../../libs/common" }\n',
      ),
      'apps/shop/templates/a.yaml': kindOf('A', '{{ include "common.a" . }}'),
    };

    expect(await namesOf(files)).toEqual(['shop-common']);
    expect((await render(library, { folder: 'libs/common' })).diagnostics).toMatchObject([
      {
        code: 'RENDER_HELM_CHART',
        origin: { file: 'libs/common/Chart.yaml' },
        summary: expect.stringContaining('library'),
      },
    ]);
  });

  it.each<[string, JsonObject, readonly string[]]>([
    ['by default', {}, ['shop-tagged', 'shop-twice']],
    [
      'by a condition',
      { redis: { enabled: true }, tags: { some: false } },
      ['shop-redis', 'shop-twice'],
    ],
    ['by a tag', { tags: { some: true } }, ['shop-tagged', 'shop-twice']],
    ['with values of its own', { alias: { name: 'own' } }, ['shop-own', 'shop-tagged']],
  ])('has its parts %s', async (_name, values, expected) => {
    const part = (name: string, more: string) =>
      `- { name: ${name}, version: 0.1.0, repository: "file://../../libs/${name}", ${more} }\n`;
    const lib = (name: string, template = service(name)) => ({
      [`libs/${name}/Chart.yaml`]: chart(name),
      [`libs/${name}/templates/a.yaml`]: template,
    });
    const files = {
      'apps/shop/Chart.yaml': chart(
        'shop',
        `dependencies:\n${part('redis', 'condition: redis.enabled')}${part('tagged', 'tags: [some]')}${part('aliased', 'alias: alias')}`,
      ),
      'apps/shop/values.yaml': 'redis: { enabled: false }\nalias: { name: twice }\n',
      'apps/shop/set.yaml': JSON.stringify(values),
      ...lib('redis'),
      ...lib('tagged'),
      ...lib('aliased', service('{{ .Values.name }}')),
    };

    const names = await namesOf(files, { settings: { values: ['set.yaml'] } });

    expect(names.toSorted()).toEqual(expected);
  });

  it('leaves out what `.helmignore` names', async () => {
    const files = {
      'apps/shop/Chart.yaml': chart('shop'),
      'apps/shop/.helmignore': '*.bak.yaml\nsecret/\n',
      'apps/shop/templates/web.yaml': `${service('web')}  labels: { got: "{{ .Files.Get "secret/a" }}" }\n`,
      'apps/shop/templates/old.bak.yaml': service('old'),
      'apps/shop/secret/a': 'hunter2',
    };

    const { documents, diagnostics } = await render(files);

    expect(diagnostics).toEqual([]);
    expect(documents.map(({ body }) => body['metadata'])).toEqual([
      { name: 'shop-web', namespace: 'default', labels: { got: '' } },
    ]);
  });

  it('reads no file outside of itself', async () => {
    const files = {
      'apps/shop/Chart.yaml': chart('shop'),
      'apps/shop/templates/a.yaml': kindOf(
        'A',
        'a',
        'spec: [{{ .Files.Get "/etc/passwd" | quote }}, {{ .Files.Get "../../trueup.yaml" | quote }}, {{ (.Files.Glob "/etc/*").AsConfig | quote }}, {{ getHostByName "localhost" | quote }}]\n',
      ),
      'trueup.yaml': 'secret',
    };

    const { documents } = await render(files);

    expect(documents.map(({ body }) => body['spec'])).toEqual([['', '', '{}', '']]);
  });

  it.each([
    ['env', '{{ env "LOOT" }}'],
    ['expandenv', '{{ expandenv "$LOOT$HOME" }}'],
  ])('reads no environment by `%s`', async (_name, template) => {
    const files = {
      'apps/shop/Chart.yaml': chart('shop'),
      'apps/shop/templates/a.yaml': kindOf('A', 'a', `spec: ${template}\n`),
    };

    const { documents, diagnostics } = await render(files, { isolation: 'required' });

    expect(documents).toEqual([]);
    expect(diagnostics.map(({ severity }) => severity)).toEqual(['error']);
  });

  it('is bounded in what it prints, and in what that holds', async () => {
    const files = {
      'apps/shop/Chart.yaml': chart('shop'),
      'apps/shop/templates/a.yaml': `{{ range until 3000 }}\n---\n${kindOf('A', 'a-{{ . }}')}{{ end }}`,
    };

    const printed = await render(files, {}, { limits: { stdoutBytes: 10_000 } });
    const held = await render(files, {}, { readLimits: { maxNodes: 1000 } });

    expect(printed.diagnostics.map(({ code }) => code)).toEqual(['RENDER_HELM_TOO_MUCH']);
    expect(held.diagnostics.map(({ severity }) => severity)).toContain('error');
    expect(held.diagnostics.map(({ origin }) => origin?.file)).toContain(
      'apps/shop/templates/a.yaml',
    );
    expect(printed.documents).toEqual([]);
  });

  it('is bounded in time', async () => {
    const files = {
      'apps/shop/Chart.yaml': chart('shop'),
      'apps/shop/templates/a.yaml':
        '{{ range until 100000 }}{{ range until 100000 }}{{ . | toString | sha256sum | trunc 0 }}{{ end }}{{ end }}',
    };

    const { diagnostics } = await render(files, {}, { limits: { timeoutMs: 1500 } });

    expect(diagnostics.map(({ code }) => code)).toEqual(['RENDER_HELM_TOO_LONG']);
  });

  it('is bounded in memory', async () => {
    const grow = '{{ $x := "aaaaaaaaaa" }}{{ range until 60 }}{{ $x = print $x $x }}{{ end }}';
    const files = {
      'apps/shop/Chart.yaml': chart('shop'),
      'apps/shop/templates/a.yaml': grow,
    };

    const { diagnostics } = await render(files, {}, { limits: { memoryBytes: 200e6 } });

    expect(diagnostics).toMatchObject([
      { code: 'RENDER_HELM_TOO_MUCH', summary: expect.stringContaining('more memory') },
    ]);
  });

  it('that includes itself for ever ends', async () => {
    const files = {
      'apps/shop/Chart.yaml': chart('shop'),
      'apps/shop/templates/a.yaml':
        '{{ define "a" }}{{ include "a" . }}{{ end }}\n{{ include "a" . }}',
    };

    const { diagnostics } = await render(files);

    expect(diagnostics).toMatchObject([
      { code: 'RENDER_HELM_TEMPLATE', origin: { file: 'apps/shop/templates/a.yaml' } },
    ]);
    expect(diagnostics[0]?.summary.length).toBeLessThan(500);
  });

  it('is told the version and the API versions of the target', async () => {
    const files = {
      'apps/shop/Chart.yaml': chart('shop', 'kubeVersion: ">=1.30.0-0"\n'),
      'apps/shop/templates/a.yaml': kindOf(
        'A',
        'a',
        'spec:\n  minor: {{ .Capabilities.KubeVersion.Minor | quote }}\n  has: {{ .Capabilities.APIVersions.Has "example.com/v1" }}\n  deployment: {{ .Capabilities.APIVersions.Has "apps/v1/Deployment" }}\n',
      ),
    };
    const specFor = async (kubernetesVersion: string, ...apiVersions: readonly string[]) => {
      const capabilities = { kubernetesVersion, apiVersions };
      const { documents, diagnostics } = await render(files, { capabilities });
      return documents[0]?.body['spec'] ?? diagnostics.map(({ code }) => code);
    };

    expect(await specFor('v1.35.4+k3s1', 'example.com/v1', 'apps/v1/Deployment')).toEqual({
      minor: '35',
      has: true,
      deployment: true,
    });
    expect(await specFor('v1.34.0-eks-1', 'v1')).toMatchObject({ minor: '34', has: false });
    expect(await specFor('v1.29.0')).toEqual(['RENDER_HELM_KUBERNETES_VERSION']);
  });

  it('may be told thousands of API versions', async () => {
    const apiVersions = Array.from(
      { length: 6000 },
      (_, index) => `group-${index}.example.com/v1/Kind`,
    );
    const files = {
      'apps/shop/Chart.yaml': chart('shop'),
      'apps/shop/templates/a.yaml': kindOf(
        'A',
        'a',
        'spec: {{ .Capabilities.APIVersions.Has "group-5999.example.com/v1/Kind" }}\n',
      ),
    };

    const { documents } = await render(files, {
      capabilities: { kubernetesVersion: 'v1.35.4', apiVersions },
    });

    expect(documents.map(({ body }) => body['spec'])).toEqual([true]);
  });

  it('that names no random function is rendered once', async () => {
    const files = {
      'apps/shop/Chart.yaml': chart('shop'),
      'apps/shop/templates/web.yaml': service('{{ .Values.name | default "web" | quote }}'),
    };
    const runs = await countRuns(program, (counted) =>
      once(files, {}, { program: counted, isolation: 'none' }),
    );
    const tpl = { ...files, 'apps/shop/templates/web.yaml': service('{{ tpl .Values.name . }}') };
    const settings = { setString: { name: '{{ randAlpha 5 | lower }}' } };
    const moved = await countRuns(program, (counted) =>
      once(tpl, { settings }, { program: counted, isolation: 'none' }),
    );

    const settled = { ...files, 'apps/shop/templates/web.yaml': service('{{ now | date "06" }}') };
    const again = await countRuns(program, async (counted) => {
      const renderer = createHelmRenderer({ searchPath: '', program: counted, isolation: 'none' });
      const signal = new AbortController().signal;
      await renderer.render(fakeFiles(settled), requestFor({}), signal);
      return await renderer.render(fakeFiles(settled), requestFor({}), signal);
    });

    expect(again).toEqual({ count: 3, codes: [] });
    expect(runs).toEqual({ count: 1, codes: [] });
    expect(moved).toEqual({ count: 2, codes: ['RENDER_HELM_RANDOM'] });
  });

  it('is rendered by the program that is named, and by no other', async () => {
    const files = fakeFiles({ 'apps/shop/Chart.yaml': chart('shop') });
    const renderer = createHelmRenderer({ searchPath: '/nowhere', program });

    const { tool, inputsRead } = await renderer.render(
      files,
      requestFor({}),
      new AbortController().signal,
    );

    expect(tool?.version).toMatch(new RegExp(`^${line}\\.`));
    expect(inputsRead[0]?.name).toBe('program:helm');
  });
});
