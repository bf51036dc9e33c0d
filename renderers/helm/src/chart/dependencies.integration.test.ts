import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { JsonObject } from '@trueup/diagnostics';
import { createOutbound } from '@trueup/outbound';
import { describe, expect, it } from 'vitest';

import { type ChartServerOptions, startChartServer } from '../testing/chart-server.ts';
import {
  hasHelm,
  helms,
  layOut,
  nameOf,
  packed,
  readYaml,
  renderBy,
  service,
  temporaryFolder,
} from '../testing/real-helm.ts';
import { digestLock } from './lock-digest.ts';

const run = promisify(execFile);

describe.runIf(hasHelm).each(helms)('dependencies of a chart with Helm $line', ({ program }) => {
  const render = renderBy(program);

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
    const password = { kind: 'password', username: 'reader', password: 'hunter2' } as const;
    const readCredentials = async () => password;
    const options = { outbound, cacheFolder: cache.path, readCredentials };
    const credentials = { [server.host]: { secret: 'charts' } };
    const allowed = { settings: { allowHosts: ['127.0.0.1'], credentials } };

    const one = await render(files, allowed, options);
    const two = await render(files, allowed, options);

    expect(one.diagnostics).toEqual([]);
    expect(one.documents.map(({ body, origin }) => [nameOf(body), origin])).toEqual([
      ['shop-redis', { file: 'apps/shop/Chart.yaml', line: 5, column: 3 }],
    ]);
    expect(two).toEqual(one);
    expect(JSON.stringify(one)).not.toContain('hunter2');
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
    [
      'a host that asks for a login',
      'http://HOST/charts',
      { authorization: 'Basic eA==' },
      'helm: { credentials:',
    ],
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
    const { without = false, ...options } = other as ChartServerOptions & { without?: boolean };
    await using server = await startChartServer(
      without ? {} : { 'redis-1.2.3': await packed(redis) },
      options,
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

  it('computes the digest of a lock as Helm does', async () => {
    await using folder = await temporaryFolder();
    const place = folder.path;
    const declared = [
      '{name: a, version: ">=0.1.0 <2", repository: "file://../a", condition: a.enabled, tags: [x, "y&z"], alias: b, import-values: [data, {parent: p, child: c}]}',
      '{name: a, version: 0.1, repository: "file://../a"}',
    ];
    await layOut(place, {
      'a/Chart.yaml': 'apiVersion: v2\nname: a\nversion: 0.1.0\n',
      'b/Chart.yaml': `apiVersion: v2\nname: b\nversion: 0.1.0\ndependencies:\n${declared.map((one) => `- ${one}\n`).join('')}`,
    });
    await run(program, ['dependency', 'update', join(place, 'b')], { env: { HOME: place } });

    const lock = await readYaml(join(place, 'b', 'Chart.lock'));
    const chart = await readYaml(join(place, 'b', 'Chart.yaml'));

    expect(digestLock(listOf(chart['dependencies']), listOf(lock['dependencies']))).toBe(
      lock['digest'],
    );
  });
});

function listOf(value: unknown): readonly JsonObject[] {
  return value as readonly JsonObject[];
}
