/**
 * Gets the archives of charts, from a cache where it can.
 *
 * C1. An archive has the digest that its index or registry names, where it names one.
 * C2. What has once been fetched for a repository, name and version stays the same content for this
 *     installation, whatever is published under that name later.
 */
import { hash } from 'node:crypto';

import { StalledError, TransientError } from '@trueup/diagnostics';
import { matchesHost, type Outbound } from '@trueup/outbound';
import {
  createRegistryClient,
  parseArtifactReference,
  pullChart,
  type RegistryClient,
  toChartTag,
} from '@trueup/registries';

import type { ChartArchive, ChartCache } from './chart-cache.ts';
import { findInIndex } from './find-in-index.ts';

export interface ChartCredentials {
  readonly username: string;
  readonly password: string;
}

export interface ChartArchivesOptions {
  readonly outbound: Outbound;
  readonly cache: ChartCache | undefined;
  /** For a repository or registry, by its host; `undefined` where it is read by everybody. */
  readonly credentials?: (host: string) => Promise<ChartCredentials | undefined>;
  /** Registries that are spoken to without encryption. None when absent. */
  readonly allowHttp?: (host: string) => boolean;
}

export interface WantedChart {
  /** `https:`, `http:` or `oci:`. */
  readonly repository: URL;
  readonly name: string;
  /** Exact. */
  readonly version: string;
  /** Patterns, see `matchesHost`. */
  readonly allowHosts: readonly string[];
}

export interface ChartArchives {
  /**
   * Rejects with a `StalledError` (`RENDER_HELM_CHART_NOT_FOUND`, `RENDER_HELM_CHART_CHANGED`, those of
   * `@trueup/registries` and `@trueup/outbound`), or with a `TransientError`: theirs, or
   * `RENDER_HELM_REPOSITORY_UNAVAILABLE`.
   */
  fetch(wanted: WantedChart, signal: AbortSignal): Promise<ChartArchive>;
}

/** Of an archive, as Helm bounds what comes out of it; and of an index: the largest have 30 MB. */
const maxArchiveBytes = 100 * 1024 * 1024;
const maxIndexBytes = 64 * 1024 * 1024;

export function createChartArchives(options: ChartArchivesOptions): ChartArchives {
  const { outbound, cache, credentials } = options;
  const registry = createRegistryClient(options);

  async function fetch(wanted: WantedChart, signal: AbortSignal): Promise<ChartArchive> {
    const key = `${wanted.repository.href} ${wanted.name} ${wanted.version}`;
    const known = await cache?.get(key);
    if (known) return known;
    const { protocol } = wanted.repository;
    const fetched =
      protocol === 'oci:'
        ? await fetchFromRegistry(registry, wanted, signal)
        : await fetchFromRepository({ outbound, credentials, wanted }, signal);
    await cache?.put(key, fetched);
    return fetched;
  }

  return { fetch };
}

async function fetchFromRegistry(
  registry: RegistryClient,
  wanted: WantedChart,
  signal: AbortSignal,
): Promise<ChartArchive> {
  const { repository, name, version } = wanted;
  const address = `${repository.host}${repository.pathname.replace(/\/$/, '')}/${name}`;
  const reference = parseArtifactReference(`${address}:${toChartTag(version)}`);
  if (!reference) throw notFound(wanted, 'its name is none that a registry knows');
  const mayVisit = (url: URL) => isAllowed(url, wanted);
  return await pullChart(registry, reference, signal, { mayVisit, maxBytes: maxArchiveBytes });
}

interface RepositoryFetch {
  readonly outbound: Outbound;
  readonly credentials: ChartArchivesOptions['credentials'] | undefined;
  readonly wanted: WantedChart;
}

async function fetchFromRepository(
  fetch: RepositoryFetch,
  signal: AbortSignal,
): Promise<ChartArchive> {
  const { wanted } = fetch;
  const base = `${wanted.repository.href.replace(/\/+$/, '')}/`;
  const index = await get(
    fetch,
    { url: new URL('index.yaml', base), maxBytes: maxIndexBytes },
    signal,
  );
  const entry = findInIndex(Buffer.from(index).toString('utf8'), wanted);
  const url = entry?.url === undefined ? null : URL.parse(entry.url, base);
  if (!url) throw notFound(wanted, 'the index of its repository does not list it');

  const archive = await get(fetch, { url, maxBytes: maxArchiveBytes }, signal);
  const digest = `sha256:${hash('sha256', archive)}`;
  if (entry?.digest !== undefined && entry.digest !== digest) throw changed(wanted);
  return { archive, digest };
}

async function get(
  { outbound, credentials, wanted }: RepositoryFetch,
  { url, maxBytes }: { readonly url: URL; readonly maxBytes: number },
  signal: AbortSignal,
): Promise<Uint8Array> {
  // An index may name archives anywhere; the repository's password stays with the repository.
  const isOwn = url.origin === wanted.repository.origin;
  const login = isOwn ? await credentials?.(url.host) : undefined;
  const { status, body } = await outbound.request(
    {
      url: url.href,
      // Some servers call an archive an encoding, and it would arrive unpacked.
      headers: { 'accept-encoding': 'identity', ...(login && { authorization: basicOf(login) }) },
      limits: { responseBytes: maxBytes, timeoutMs: 120_000 },
      mayVisit: (visited) => isAllowed(visited, wanted),
    },
    signal,
  );
  if (status === 200) return body;
  if (status === 429 || status >= 500) {
    const message = `${url.host}: the chart \`${wanted.name}\` is not read: it answers ${status}`;
    throw new TransientError('RENDER_HELM_REPOSITORY_UNAVAILABLE', message, url.host);
  }
  throw notFound(wanted, `${url.host} answers ${status}`);
}

function isAllowed(url: URL, { allowHosts }: WantedChart): boolean {
  return allowHosts.some((pattern) => matchesHost(pattern, url.hostname));
}

function basicOf({ username, password }: ChartCredentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function notFound({ name, version }: WantedChart, why: string): StalledError {
  const message = `the chart \`${name}\` ${version} is not found: ${why}`;
  return new StalledError('RENDER_HELM_CHART_NOT_FOUND', message, name);
}

function changed({ name, version }: WantedChart): StalledError {
  const message = `the chart \`${name}\` ${version} is not taken: it is not what its index names`;
  return new StalledError('RENDER_HELM_CHART_CHANGED', message, name);
}
