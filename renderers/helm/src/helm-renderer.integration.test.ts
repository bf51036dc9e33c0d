import type { JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { createHelmRenderer } from './helm-renderer.ts';
import { fakeFiles } from './testing/fake-files.ts';
import { hasHelm, helms, nameOf, renderBy, requestFor, service } from './testing/real-helm.ts';

const signal = new AbortController().signal;

const shop = {
  'apps/shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n',
  'apps/shop/values.yaml': 'color: red\ndoor: {password: hunter2}\n',
  'apps/shop/crds/thing.yaml':
    '# a kind\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\n',
  'apps/shop/templates/_names.tpl': '{{ define "name" }}web{{ end }}',
  'apps/shop/templates/web.yaml': `${service('a')}---\n{{- if .Values.second }}\n${service('b')}{{- end }}\n`,
  'apps/shop/templates/settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata:\n  color: {{ .Values.color | quote }}\n  text: {{ .Values.text | quote }}\n  kube: {{ .Capabilities.KubeVersion.Version }}\n  api: {{ .Capabilities.APIVersions.Has "example.com/v1/Thing" | quote }}\n',
  'apps/shop/templates/job.yaml':
    'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migrate\n  annotations: {helm.sh/hook: pre-upgrade}\n',
  'apps/shop/templates/tests/try.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: try\n  annotations: {helm.sh/hook: test}\n',
};

describe.runIf(hasHelm).each(helms)('the renderer with Helm $line', ({ line, program }) => {
  const render = renderBy(program);

  it('renders a chart, and says where each document comes from', async () => {
    const settings = { set: { second: true } };

    const { documents, diagnostics, tool, inputsRead } = await render(shop, { settings });

    expect(diagnostics).toEqual([]);
    expect(documents.map(({ body, origin }) => [nameOf(body), origin.file, origin.line])).toEqual([
      ['things.example.com', 'apps/shop/crds/thing.yaml', 3],
      ['settings', 'apps/shop/templates/settings.yaml', 2],
      ['shop-a', 'apps/shop/templates/web.yaml', 2],
      ['shop-b', 'apps/shop/templates/web.yaml', 9],
      ['migrate', 'apps/shop/templates/job.yaml', 2],
    ]);
    expect(tool).toEqual({ name: 'helm', version: expect.stringMatching(`^${line}\\.`) });
    expect(inputsRead.map(({ name }) => name)).toEqual(['program:helm', 'capabilities']);
  });

  it('takes values from files, then from settings', async () => {
    const files = {
      ...shop,
      'apps/values/a.yaml': 'color: green\ntext: a\n',
      'apps/shop/b.yaml': 'text: b\n',
      'apps/shop/c.txt': 'line 1\nline 2, {}\n',
    };
    const values = ['../values/a.yaml', 'b.yaml'];

    const dataOf = async (settings: JsonObject) => {
      const { documents } = await render(files, { settings });
      return documents.find(({ body }) => nameOf(body) === 'settings')?.body['data'];
    };

    expect(await dataOf({ values })).toMatchObject({ color: 'green', text: 'b' });
    expect(await dataOf({ values, set: { text: 1e6 } })).toMatchObject({ text: '1000000' });
    expect(await dataOf({ values, setString: { text: '{a,b\\=c}', color: '7' } })).toMatchObject({
      text: '{a,b\\=c}',
      color: '7',
    });
    expect(
      await dataOf({ setJson: { text: 'j', color: 'blue' }, set: { text: 's' } }),
    ).toMatchObject({
      text: 's',
      color: 'blue',
    });
    expect(await dataOf({ setFile: { text: 'c.txt' } })).toMatchObject({
      text: 'line 1\nline 2, {}\n',
    });
  });

  it('is told the names and the abilities of the target', async () => {
    const settings = {
      releaseName: 'r1',
      apiVersions: ['example.com/v1/Thing'],
      includeCRDs: false,
    };

    const { documents } = await render(shop, { settings, namespace: 'n1' });

    expect(documents.map(({ body }) => nameOf(body))).toEqual(['settings', 'r1-a', 'migrate']);
    expect(documents[0]?.body['data']).toMatchObject({ kube: 'v1.35.4', api: 'true' });
    expect(documents[1]?.body['metadata']).toMatchObject({ namespace: 'n1' });
  });

  it('prints tests of the chart only when asked to', async () => {
    const { documents } = await render(shop, { settings: { skipTests: false } });

    expect(documents.map(({ body }) => nameOf(body))).toContain('try');
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'required',
      {
        'apps/shop/templates/x.yaml': 'a: b\nc: {{ fail (print "not " .Values.door.password) }}\n',
      },
      'REFUSED templates/x.yaml:2',
    ],
    [
      'a value that is missing',
      { 'apps/shop/templates/x.yaml': '\n{{ .Values.a.b.c }}\n' },
      'VALUE_MISSING templates/x.yaml:2',
    ],
    [
      'a function that is missing',
      { 'apps/shop/templates/x.yaml': '{{ foo }}\n' },
      'TEMPLATE templates/x.yaml:1',
    ],
    [
      'a template that is missing',
      { 'apps/shop/templates/x.yaml': '{{ include "nope" . }}\n' },
      'TEMPLATE templates/x.yaml:1',
    ],
    [
      'output that is no YAML',
      { 'apps/shop/templates/x.yaml': 'a: b: c\n' },
      'OUTPUT templates/x.yaml:1',
    ],
    ['a file of values', { 'apps/shop/more.yaml': 'a: 1\nb: [\n' }, 'YAML_SYNTAX more.yaml:2'],
    ['a list for values', { 'apps/shop/more.yaml': '- a\n' }, 'VALUES Chart.yaml:1'],
    [
      'values that break the schema',
      {
        'apps/shop/values.schema.json':
          '{"properties":{"door":{"properties":{"password":{"pattern":"^x"}}},"a":{"type":"string"}}}',
        'apps/shop/more.yaml': '# mine\na: 5\n',
      },
      'SCHEMA more.yaml:2, SCHEMA Chart.yaml:1',
    ],
    [
      'a chart without a name',
      { 'apps/shop/Chart.yaml': 'apiVersion: v2\nversion: 1.0.0\n' },
      'CHART Chart.yaml:1',
    ],
    [
      'no name in a document',
      { 'apps/shop/templates/x.yaml': 'apiVersion: v1\nkind: Secret\n' },
      'MANIFEST_NAME templates/x.yaml:1',
    ],
  ])('says what is wrong with %s', async (_name, others, expected) => {
    const settings = 'apps/shop/more.yaml' in others ? { values: ['more.yaml'] } : {};

    const { diagnostics } = await render({ ...shop, ...others }, { settings });

    const brief = diagnostics.map(({ code, origin }) => {
      const file = origin?.file.replace('apps/shop/', '');
      return `${code.replace('RENDER_HELM_', '')} ${file}:${origin?.line}`;
    });
    expect(brief.sort().reverse().join(', ')).toBe(expected);
    expect(JSON.stringify(diagnostics)).not.toMatch(/hunter2|trueup-program/);
  });

  it('names documents and fields that are made up anew each time', async () => {
    const files = {
      ...shop,
      'apps/shop/templates/x.yaml':
        'apiVersion: v1\nkind: Secret\nmetadata: {name: door}\nstringData:\n  same: a\n  key: {{ randAlphaNum 20 }}\n',
    };

    const refused = await render(files, {});
    const allowed = await render(files, { settings: { random: 'allow' } });
    const unasked = await render(files, {}, { secondRendering: 'never' });

    expect(refused.diagnostics).toMatchObject([
      {
        severity: 'error',
        code: 'RENDER_HELM_RANDOM',
        path: ['stringData', 'key'],
        origin: { file: 'apps/shop/templates/x.yaml', line: 6 },
        summary: expect.stringContaining('Secret `door`'),
      },
    ]);
    expect(allowed.diagnostics.map(({ severity }) => severity)).toEqual(['warning']);
    expect(unasked.diagnostics).toEqual([]);
  });

  it('finds what is made up anew whatever it has rendered before', async () => {
    const files = {
      ...shop,
      'apps/shop/templates/x.yaml':
        '{{ if .Values.later }}\napiVersion: v1\nkind: A\nmetadata: {name: x}\nspec: {{ uuidv4 }}\n{{ end }}\n',
    };
    const renderer = createHelmRenderer({ searchPath: '', program });
    const codesOf = async (settings: JsonObject) => {
      const { diagnostics } = await renderer.render(
        fakeFiles(files),
        requestFor({ settings }),
        signal,
      );
      return diagnostics.map(({ code }) => code);
    };
    const later = { set: { later: true } };

    expect(await codesOf({})).toEqual([]);
    expect(await codesOf(later)).toEqual(['RENDER_HELM_RANDOM']);
    expect(await codesOf(later)).toEqual(['RENDER_HELM_RANDOM']);
    expect(await codesOf({})).toEqual([]);
  });

  it('stops when it is told to', async () => {
    const reason = new Error('enough');
    const renderer = createHelmRenderer({ searchPath: '', program });

    const rendering = renderer.render(fakeFiles(shop), requestFor({}), AbortSignal.abort(reason));

    await expect(rendering).rejects.toBe(reason);
  });
});

describe('without the program', () => {
  it('a stack gets one clear diagnostic', async () => {
    const renderer = createHelmRenderer({ searchPath: '/nowhere' });

    const rendered = await renderer.render(fakeFiles(shop), requestFor({}), signal);

    expect(rendered.documents).toEqual([]);
    expect(rendered.diagnostics.map(({ code }) => code)).toEqual(['RENDER_HELM_MISSING']);
  });

  it('stacks are still recognised', () => {
    const { recognises } = createHelmRenderer({ searchPath: '/nowhere' });

    expect(recognises(Object.keys(shop), 'apps/shop')).toBe(true);
    expect(recognises(Object.keys(shop), 'apps')).toBe(false);
  });
});
