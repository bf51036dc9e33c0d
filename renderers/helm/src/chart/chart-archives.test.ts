import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createOutbound } from '@trueup/outbound';
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
    await using server = await startChartServer({ 'redis-1.2.3': archive }, digests);
    const archives = createChartArchives({ outbound, cache: undefined });

    const fetching = archives.fetch({ ...wantedFrom(server.host), ...other }, signal);

    await expect(fetching).rejects.toMatchObject({ code, name: 'StalledError' });
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

function wantedFrom(host: string): WantedChart {
  const repository = new URL(`http://${host}/charts`);
  return { repository, name: 'redis', version: '1.2.3', allowHosts: ['127.0.0.1'] };
}

async function temporaryCache(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'trueup-charts-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
