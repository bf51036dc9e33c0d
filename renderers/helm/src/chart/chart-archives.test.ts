import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { StalledError } from '@trueup/diagnostics';
import { type Credentials, createOutbound, type Outbound } from '@trueup/outbound';
import { describe, expect, it } from 'vitest';

import { startChartServer } from '../testing/chart-server.ts';
import { createChartArchives, type WantedChart } from './chart-archives.ts';
import { createChartCache } from './chart-cache.ts';
import { findInIndex } from './find-in-index.ts';

const signal = new AbortController().signal;
const archive = Buffer.from('a chart');

describe('an archive of a chart', () => {
  it('is asked for once, and kept for its repository, name and version', async () => {
    await using cache = await temporaryCache();
    await using outbound = createOutbound({ addresses: { allowLoopback: true } });
    await using server = await startChartServer({ 'redis-1.2.3': archive });
    await using changed = await startChartServer({ 'redis-1.2.3': Buffer.from('another') });
    const archives = createChartArchives({ outbound, cache: createChartCache(cache.path) });
    const wanted = wantedFrom(server.host);

    const first = await archives.fetch(wanted, signal);
    const second = await archives.fetch(wanted, signal);
    const other = await archives.fetch(wantedFrom(changed.host), signal);

    expect(second).toEqual(first);
    expect(Buffer.from(first.archive)).toEqual(archive);
    expect(Buffer.from(other.archive)).toEqual(Buffer.from('another'));
    expect(server.seen).toHaveLength(2);
  });

  it('is fetched again when the cache holds other content', async () => {
    await using cache = await temporaryCache();
    await using outbound = createOutbound({ addresses: { allowLoopback: true } });
    await using server = await startChartServer({ 'redis-1.2.3': archive });
    const archives = createChartArchives({ outbound, cache: createChartCache(cache.path) });
    await archives.fetch(wantedFrom(server.host), signal);
    const [file = ''] = await readdir(join(cache.path, 'archives'));
    await writeFile(join(cache.path, 'archives', file), 'other');

    const again = await archives.fetch(wantedFrom(server.host), signal);

    expect(Buffer.from(again.archive)).toEqual(archive);
    expect(server.seen).toHaveLength(4);
  });

  it.each([
    ['another digest', { 'redis-1.2.3': '0'.repeat(64) }, {}, 'RENDER_HELM_CHART_CHANGED'],
    ['no such version', {}, { version: '9.9.9' }, 'RENDER_HELM_CHART_NOT_FOUND'],
    ['no such host', {}, { allowHosts: ['example.com'] }, 'OUTBOUND_URL_REFUSED'],
  ])('is refused for %s', async (_name, digests, other, code) => {
    await using outbound = createOutbound({ addresses: { allowLoopback: true } });
    await using server = await startChartServer({ 'redis-1.2.3': archive }, { digests });
    const archives = createChartArchives({ outbound, cache: undefined });

    const fetching = archives.fetch({ ...wantedFrom(server.host), ...other }, signal);

    await expect(fetching).rejects.toMatchObject({ code, name: 'StalledError' });
  });
});

describe('a private archive of a chart', () => {
  const password = { kind: 'password', username: 'reader', password: 'hunter2' } as const;
  const basic = `Basic ${Buffer.from('reader:hunter2').toString('base64')}`;
  const token = { kind: 'token', token: 'hunter2' } as const;

  it.each<[string, Credentials, string, string]>([
    ['a password of a repository', password, basic, 'http'],
    ['a token of a repository', token, 'Bearer hunter2', 'http'],
    ['a password of a registry', password, basic, 'oci'],
    ['a token of a registry', token, 'Bearer hunter2', 'oci'],
  ])('is fetched by %s', async (_name, credentials, authorization, scheme) => {
    await using outbound = openOutbound();
    await using server = await startChartServer({ 'redis-1.2.3': archive }, { authorization });
    const asked: string[] = [];
    const readCredentials = async (secret: string, host: string) => {
      asked.push(`${secret} for ${host}`);
      return credentials;
    };
    const archives = createChartArchives({
      outbound,
      cache: undefined,
      readCredentials,
      allowHttp: () => true,
    });
    const wanted = wantedFrom(server.host, 'charts');
    const path = scheme === 'oci' ? `oci://${server.host}/oci` : wanted.repository.href;

    const fetched = await archives.fetch({ ...wanted, repository: new URL(path) }, signal);

    expect(Buffer.from(fetched.archive)).toEqual(archive);
    expect(asked).toEqual([`charts for ${server.host}`]);
  });

  it('comes without credentials where it lies on another host', async () => {
    await using outbound = openOutbound();
    await using elsewhere = await startChartServer({ 'redis-1.2.3': archive });
    await using server = await startChartServer(
      { 'redis-1.2.3': archive },
      { authorization: basic, archivesAt: `http://${elsewhere.host}/charts/files` },
    );
    const archives = createChartArchives({
      outbound,
      cache: undefined,
      readCredentials: async () => password,
    });

    await archives.fetch(wantedFrom(server.host, 'charts'), signal);

    expect(server.seen).toEqual(['/charts/index.yaml (authorized)']);
    expect(elsewhere.seen).toEqual(['/charts/files/redis-1.2.3.tgz']);
  });

  it('is not given by the cache to those who could not fetch it', async () => {
    await using cache = await temporaryCache();
    await using outbound = openOutbound();
    await using server = await startChartServer(
      { 'redis-1.2.3': archive },
      { authorization: basic },
    );
    const denied = new StalledError('SECRET_NOT_ALLOWED', 'secret charts: may not be used');
    let isAllowed = true;
    const archives = createChartArchives({
      outbound,
      cache: createChartCache(cache.path),
      readCredentials: async () => {
        if (isAllowed) return password;
        throw denied;
      },
    });
    const wanted = wantedFrom(server.host, 'charts');
    await archives.fetch(wanted, signal);
    await archives.fetch(wanted, signal);
    expect(server.seen).toHaveLength(2);

    const withoutHost = { ...wanted, allowHosts: ['example.com'] };
    await expect(archives.fetch(withoutHost, signal)).rejects.toMatchObject({
      code: 'OUTBOUND_URL_REFUSED',
    });
    await expect(archives.fetch(wantedFrom(server.host), signal)).rejects.toMatchObject({
      code: 'RENDER_HELM_CREDENTIALS',
    });
    isAllowed = false;
    await expect(archives.fetch(wanted, signal)).rejects.toBe(denied);
  });

  it('is not asked for again where a host on the way is no longer allowed', async () => {
    await using cache = await temporaryCache();
    await using outbound = openOutbound();
    await using elsewhere = await startChartServer({ 'redis-1.2.3': archive });
    const archivesAt = `http://elsewhere.test:${elsewhere.host.split(':')[1]}/charts/files`;
    await using server = await startChartServer({ 'redis-1.2.3': archive }, { archivesAt });
    const archives = createChartArchives({ outbound, cache: createChartCache(cache.path) });
    const wanted = wantedFrom(server.host);
    const both = ['127.0.0.1', 'elsewhere.test'];
    await archives.fetch({ ...wanted, allowHosts: both }, signal);

    await expect(archives.fetch(wanted, signal)).rejects.toMatchObject({
      code: 'OUTBOUND_URL_REFUSED',
    });
  });

  it.each<[string, Credentials | undefined, string]>([
    ['without credentials', undefined, 'given to those who do not log in'],
    ['by a wrong password', { ...password, password: 'letmein' }, 'given to the secret `charts`'],
  ])('is not had %s', async (_name, credentials, expected) => {
    await using outbound = openOutbound();
    await using server = await startChartServer(
      { 'redis-1.2.3': archive },
      { authorization: basic },
    );
    const archives = createChartArchives({
      outbound,
      cache: undefined,
      ...(credentials && { readCredentials: async () => credentials }),
    });

    const wanted = wantedFrom(server.host, credentials && 'charts');
    const failure = await archives.fetch(wanted, signal).catch((error: unknown) => String(error));

    expect(failure).toContain(expected);
    expect(failure).not.toMatch(/letmein|hunter2|Basic/);
  });

  it('is not asked for where the password would travel in the open', async () => {
    await using outbound = openOutbound();
    await using server = await startChartServer({ 'redis-1.2.3': archive });
    const archives = createChartArchives({
      outbound,
      cache: undefined,
      readCredentials: async () => password,
    });
    const host = `charts.test:${server.host.split(':')[1]}`;
    const wanted = { ...wantedFrom(host, 'charts'), allowHosts: ['charts.test'] };

    await expect(archives.fetch(wanted, signal)).rejects.toMatchObject({
      code: 'RENDER_HELM_CREDENTIALS',
      message: expect.stringContaining('without encryption'),
    });
    expect(server.seen).toEqual([]);
  });
});

describe('findInIndex', () => {
  const index = `apiVersion: v1
entries:
  redis:
  - {version: v1.0.0, urls: [https://elsewhere.example.com/r.tgz], digest: ${'A'.repeat(64)}}
  - {version: 0.9.0, urls: []}
  __proto__: [{version: 1.0.0}]
`;

  it.each([
    [
      'redis',
      '1.0.0',
      { url: 'https://elsewhere.example.com/r.tgz', digest: `sha256:${'a'.repeat(64)}` },
    ],
    ['redis', '0.9.0', { url: undefined, digest: undefined }],
    ['redis', '1.0.1', undefined],
    ['toString', '1.0.0', undefined],
  ])('finds %s %s', (name, version, expected) => {
    expect(findInIndex(index, { name, version })).toEqual(expected);
  });

  it('finds nothing in what is no index', () => {
    expect(findInIndex('- a', { name: 'redis', version: '1.0.0' })).toBeUndefined();
    expect(findInIndex('a: [', { name: 'redis', version: '1.0.0' })).toBeUndefined();
  });
});

function wantedFrom(host: string, secret?: string): WantedChart {
  const repository = new URL(`http://${host}/charts`);
  const credentials = new Map(secret === undefined ? [] : [[host, secret]]);
  return { repository, name: 'redis', version: '1.2.3', allowHosts: ['127.0.0.1'], credentials };
}

/** Every name means this machine. */
function openOutbound(): Outbound {
  return createOutbound({
    addresses: { allowLoopback: true },
    resolveHost: async () => [{ address: '127.0.0.1', family: 4 }],
  });
}

async function temporaryCache(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'trueup-charts-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
