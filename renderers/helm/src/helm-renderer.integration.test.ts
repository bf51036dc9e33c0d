import { execFile } from 'node:child_process';
import { accessSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { isJsonObject, type JsonObject } from '@trueup/diagnostics';
import { parseYaml, type RenderRequest } from '@trueup/manifests';
import { createOutbound } from '@trueup/outbound';
import { describe, expect, it } from 'vitest';

import { digestLock } from './chart/lock-digest.ts';
import { createHelmRenderer, type HelmRendererOptions } from './helm-renderer.ts';
import { startChartServer } from './testing/chart-server.ts';
import { fakeFiles } from './testing/fake-files.ts';

// biome-ignore lint/style/noProcessEnv: the folder of real programs is named by envtest's variable
const assets = process.env['KUBEBUILDER_ASSETS'] ?? '';
const helm = join(assets === '' ? '/nowhere' : assets, 'helm');
const signal = new AbortController().signal;
const run = promisify(execFile);

const service = (name: string) =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}-${name}\n  namespace: {{ .Release.Namespace }}\n`;
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

describe.runIf(hasHelm())('the helm renderer', () => {
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
    expect(tool).toEqual({ name: 'helm', version: expect.stringMatching(/^v[34]\./) });
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

  it('renders a chart that it knows only once', async () => {
    const files = {
      ...shop,
      'apps/shop/templates/x.yaml':
        '{{ if .Values.later }}\napiVersion: v1\nkind: A\nmetadata: {name: x}\nspec: {{ uuidv4 }}\n{{ end }}\n',
    };
    const renderer = createHelmRenderer({ searchPath: assets });

    const first = await renderer.render(fakeFiles(files), requestFor({}), signal);
    const known = await renderer.render(
      fakeFiles(files),
      requestFor({ settings: { set: { later: true } } }),
      signal,
    );
    const fresh = await render(files, { settings: { set: { later: true } } });

    expect([first, known].flatMap(({ diagnostics }) => diagnostics)).toEqual([]);
    expect(fresh.diagnostics.map(({ code }) => code)).toEqual(['RENDER_HELM_RANDOM']);
  });

  it('computes the digest of a lock as Helm does', async () => {
    const place = await mkdtemp(join(tmpdir(), 'trueup-lock-'));
    try {
      const declared = [
        '{name: a, version: ">=0.1.0 <2", repository: "file://../a", condition: a.enabled, tags: [x, "y&z"], alias: b, import-values: [data, {parent: p, child: c}]}',
        '{name: a, version: 0.1, repository: "file://../a"}',
      ];
      await layOut(place, {
        'a/Chart.yaml': 'apiVersion: v2\nname: a\nversion: 0.1.0\n',
        'b/Chart.yaml': `apiVersion: v2\nname: b\nversion: 0.1.0\ndependencies:\n${declared.map((one) => `- ${one}\n`).join('')}`,
      });
      await run(helm, ['dependency', 'update', join(place, 'b')], { env: { HOME: place } });

      const lock = await readYaml(join(place, 'b', 'Chart.lock'));
      const chart = await readYaml(join(place, 'b', 'Chart.yaml'));

      expect(digestLock(listOf(chart['dependencies']), listOf(lock['dependencies']))).toBe(
        lock['digest'],
      );
    } finally {
      await rm(place, { recursive: true });
    }
  });

  it('stops when it is told to', async () => {
    const reason = new Error('enough');
    const renderer = createHelmRenderer({ searchPath: assets });

    const rendering = renderer.render(fakeFiles(shop), requestFor({}), AbortSignal.abort(reason));

    await expect(rendering).rejects.toBe(reason);
  });
});

describe.runIf(hasHelm())('dependencies of a chart', () => {
  const dependent = (repository: string, lockDigest?: string) => {
    const declared = { name: 'redis', version: '1.2.3', repository };
    const digest = lockDigest ?? digestLock([declared], [declared]);
    return {
      'apps/shop/Chart.yaml': `apiVersion: v2\nname: shop\nversion: 0.1.0\ndependencies:\n- {name: redis, version: 1.2.3, repository: "${repository}"}\n`,
      'apps/shop/Chart.lock': `dependencies:\n- {name: redis, repository: "${repository}", version: 1.2.3}\ndigest: ${digest}\n`,
    };
  };
  const redis = {
    'libs/redis/Chart.yaml': 'apiVersion: v2\nname: redis\nversion: 1.2.3\n',
    'libs/redis/templates/r.yaml': service('redis'),
  };

  it('come from an index, and only once', async () => {
    await using server = await startChartServer({ 'redis-1.2.3': await packed(redis) });
    await using outbound = createOutbound({ addresses: { allowLoopback: true } });
    await using cache = await temporaryFolder();
    const files = dependent(`http://${server.host}/charts`);
    const options = { outbound, cacheFolder: cache.path };
    const credentials = async () => ({ username: 'reader', password: 'hunter2' });
    const allowed = { settings: { allowHosts: ['127.0.0.1'] } };

    const one = await render(files, allowed, { ...options, credentials });
    const two = await render(files, allowed, options);

    expect(one.diagnostics).toEqual([]);
    expect(one.documents.map(({ body, origin }) => [nameOf(body), origin])).toEqual([
      ['shop-redis', { file: 'apps/shop/Chart.yaml', line: 5, column: 3 }],
    ]);
    expect(two).toEqual(one);
    expect(server.seen).toEqual([
      '/charts/index.yaml (authorized)',
      '/charts/files/redis-1.2.3.tgz (authorized)',
    ]);
    expect(one.inputsRead.at(-1)).toEqual({
      name: `chart:http://${server.host}/charts/redis@1.2.3`,
      digest: expect.stringMatching(/^sha256:[\da-f]{64}$/),
    });
  });

  it('come from a registry', async () => {
    await using server = await startChartServer({ 'redis-1.2.3': await packed(redis) });
    await using outbound = createOutbound({ addresses: { allowLoopback: true } });
    const files = dependent(`oci://${server.host}/oci`);
    const allowed = { settings: { allowHosts: ['127.0.0.1'] } };

    const rendered = await render(files, allowed, { outbound, allowHttp: () => true });

    expect(rendered.diagnostics).toEqual([]);
    expect(rendered.documents.map(({ body }) => nameOf(body))).toEqual(['shop-redis']);
  });

  it('come from a folder of the repository, with those that they have themselves', async () => {
    const inner = '  - {name: deep, version: 0.1.0, repository: "file://../deep"}\n';
    const files = {
      ...dependent('file://../../libs/redis'),
      ...redis,
      'libs/redis/Chart.yaml': `apiVersion: v2\nname: redis\nversion: 1.2.3\ndependencies:\n${inner}`,
      'libs/deep/Chart.yaml': 'apiVersion: v2\nname: deep\nversion: 0.1.0\n',
      'libs/deep/templates/d.yaml': service('deep'),
    };

    const { documents, diagnostics } = await render(files, {});

    expect(diagnostics).toEqual([]);
    expect(documents.map(({ body }) => nameOf(body))).toEqual(['shop-deep', 'shop-redis']);
  });

  it.each<[string, string, object, string]>([
    ['a host that is not allowed', 'http://HOST/charts', {}, 'Allow the host'],
    [
      'an index with another digest',
      'http://HOST/charts',
      { digests: { 'redis-1.2.3': '0'.repeat(64) } },
      'is not what its index names',
    ],
    ['an index without it', 'http://HOST/charts', { without: true }, 'does not list it'],
    ['another path', 'http://HOST/none', {}, 'answers 404'],
    ['another chain of folders', 'file://../../../x', {}, 'outside of the repository'],
    ['a folder without a chart', 'file://../none', {}, 'is no chart'],
    ['a name of Helm itself', '@stable', {}, 'names no repository'],
  ])('are refused from %s', async (_name, address, other, expected) => {
    const { digests = {}, without = false } = other as {
      digests?: Record<string, string>;
      without?: boolean;
    };
    await using server = await startChartServer(
      without ? {} : { 'redis-1.2.3': await packed(redis) },
      digests,
    );
    await using outbound = createOutbound({ addresses: { allowLoopback: true } });
    const allowHosts = expected === 'Allow the host' ? ['example.com'] : ['127.0.0.1'];
    const files = dependent(address.replace('HOST', server.host));

    const { documents, diagnostics } = await render(
      files,
      { settings: { allowHosts } },
      { outbound },
    );

    expect(documents).toEqual([]);
    expect(diagnostics.map(({ code, origin }) => [code, origin?.line])).toEqual([
      ['RENDER_HELM_DEPENDENCY', 5],
    ]);
    expect(`${diagnostics[0]?.summary} ${diagnostics[0]?.advice}`).toContain(expected);
  });

  it('are refused with a lock that was made for others', async () => {
    const { documents, diagnostics } = await render(
      dependent('https://charts.example.com', `sha256:${'0'.repeat(64)}`),
      {},
    );

    expect(documents).toEqual([]);
    expect(diagnostics.map(({ code, origin }) => [code, origin?.file])).toEqual([
      ['RENDER_HELM_LOCK', 'apps/shop/Chart.lock'],
    ]);
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

function render(
  contents: Readonly<Record<string, string>>,
  request: Partial<RenderRequest>,
  options: Partial<HelmRendererOptions> = {},
) {
  const renderer = createHelmRenderer({ searchPath: assets, ...options });
  return renderer.render(fakeFiles(contents), requestFor(request), signal);
}

function requestFor(other: Partial<RenderRequest>): RenderRequest {
  const capabilities = { kubernetesVersion: 'v1.35.4', apiVersions: ['v1', 'apps/v1'] };
  const request = { folder: 'apps/shop', settings: undefined, releaseName: 'shop', capabilities };
  return { ...request, namespace: undefined, ...other };
}

async function packed(contents: Readonly<Record<string, string>>): Promise<Uint8Array> {
  await using place = await temporaryFolder();
  await layOut(place.path, contents);
  const env = { HOME: place.path };
  await run(helm, ['package', join(place.path, 'libs/redis'), '-d', place.path], { env });
  return await readFile(join(place.path, 'redis-1.2.3.tgz'));
}

async function layOut(place: string, contents: Readonly<Record<string, string>>): Promise<void> {
  await using laidOut = await fakeFiles(contents).layOut('');
  await run('cp', ['-r', `${laidOut.path}/.`, place]);
}

async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'trueup-helm-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function readYaml(file: string): Promise<JsonObject> {
  const { value } = parseYaml(await readFile(file, 'utf8'), { file });
  return isJsonObject(value) ? value : {};
}

function listOf(value: unknown): readonly JsonObject[] {
  return value as readonly JsonObject[];
}

function nameOf(body: JsonObject): unknown {
  return (body['metadata'] as JsonObject)['name'];
}

function hasHelm(): boolean {
  try {
    accessSync(helm);
    return true;
  } catch {
    return false;
  }
}
