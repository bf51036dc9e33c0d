/**
 * Gets the archives of charts, from a cache where it can.
 *
 * C1. An archive has the digest that its index or registry names, where it names one.
 * C2. What has once been fetched for a repository, name and version stays the same content for this
 *     installation, whatever is published under that name later.
 * C3. The cache gives a stack nothing that it could not fetch itself: every host on the way has to be
 *     allowed, and what was fetched with a secret is for those who may use that secret.
 * C4. A secret is sent to the one host that the stack names it for, and never in the open.
 */
import { hash } from 'node:crypto';

import { StalledError, TransientError } from '@trueup/diagnostics';
import {
  type Credentials,
  isConfidential,
  matchesHost,
  type Outbound,
  type ReadCredentials,
  toAuthorization,
} from '@trueup/outbound';
import {
  createRegistryClient,
  parseArtifactReference,
  pullChart,
  toChartTag,
} from '@trueup/registries';

import type { ChartArchive, ChartCache } from './chart-cache.ts';
import { findInIndex } from './find-in-index.ts';

export interface ChartArchivesOptions {
  readonly outbound: Outbound;
  readonly cache: ChartCache | undefined;
  /** Absent where no secrets can be read. */
  readonly readCredentials?: ReadCredentials;
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
  /** Names of secrets by host. */
  readonly credentials: ReadonlyMap<string, string>;
}

export interface ChartArchives {
  /**
   * Rejects with a `StalledError` (`RENDER_HELM_CHART_NOT_FOUND`, `RENDER_HELM_CHART_CHANGED`,
   * `RENDER_HELM_CREDENTIALS`, those of `ReadCredentials`, `@trueup/registries` and `@trueup/outbound`), or with a `TransientError`: theirs, or
   * `RENDER_HELM_REPOSITORY_UNAVAILABLE`.
   */
  fetch(wanted: WantedChart, signal: AbortSignal): Promise<ChartArchive>;
}

/** Of an archive, as Helm bounds what comes out of it; and of an index: the largest have 30 MB. */
const maxArchiveBytes = 100 * 1024 * 1024;
const maxIndexBytes = 64 * 1024 * 1024;

export function createChartArchives(options: ChartArchivesOptions): ChartArchives {
  const { outbound, cache, allowHttp } = options;

  async function fetch(wanted: WantedChart, signal: AbortSignal): Promise<ChartArchive> {
    const login = await readLogin(wanted, options.readCredentials);
    const key = keyOf(wanted);
    const known = await cache?.get(key);
    const isFree = known?.hosts.every((host) => isAllowed(host, wanted));
    if (known && isFree) return { archive: known.archive, digest: known.digest };

    const hosts = new Set<string>();
    const mayVisit = ({ hostname }: URL) => {
      hosts.add(hostname);
      return isAllowed(hostname, wanted);
    };
    const visit = { outbound, wanted, login, mayVisit };
    const fetched =
      wanted.repository.protocol === 'oci:'
        ? await fetchFromRegistry(visit, allowHttp, signal)
        : await fetchFromRepository(visit, signal);
    await cache?.put(key, { ...fetched, hosts: [...hosts] });
    return fetched;
  }

  return { fetch };
}

interface Visit {
  readonly outbound: Outbound;
  readonly wanted: WantedChart;
  readonly login: Credentials | undefined;
  readonly mayVisit: (url: URL) => boolean;
}

/** C3: who may not use a secret any more gets nothing that it opened before. */
async function readLogin(
  { repository, credentials }: WantedChart,
  readCredentials: ReadCredentials | undefined,
): Promise<Credentials | undefined> {
  const secret = credentials.get(repository.host);
  if (secret === undefined) return undefined;
  if (readCredentials) return readCredentials(secret, repository.host);
  throw noCredentials(repository.host, 'no secrets can be read here');
}

function keyOf({ repository, name, version, credentials }: WantedChart): string {
  const secret = credentials.get(repository.host);
  return `${repository.href} ${name} ${version}${secret === undefined ? '' : ` by ${secret}`}`;
}

async function fetchFromRegistry(
  { outbound, wanted, login, mayVisit }: Visit,
  allowHttp: ((host: string) => boolean) | undefined,
  signal: AbortSignal,
): Promise<ChartArchive> {
  const { repository, name, version } = wanted;
  const address = `${repository.host}${repository.pathname.replace(/\/$/, '')}/${name}`;
  const reference = parseArtifactReference(`${address}:${toChartTag(version)}`);
  if (!reference) throw notFound(wanted, 'its name is none that a registry knows');
  // One client for each chart: tokens of one stack are not for another.
  const registry = createRegistryClient({
    outbound,
    credentials: async (host) => (host === repository.host ? login : undefined),
    ...(allowHttp && { allowHttp }),
  });
  return await pullChart(registry, reference, signal, { mayVisit, maxBytes: maxArchiveBytes });
}

async function fetchFromRepository(visit: Visit, signal: AbortSignal): Promise<ChartArchive> {
  const { wanted } = visit;
  const base = `${wanted.repository.href.replace(/\/+$/, '')}/`;
  const place = { url: new URL('index.yaml', base), maxBytes: maxIndexBytes };
  const index = await get(visit, place, signal);
  const entry = findInIndex(Buffer.from(index).toString('utf8'), wanted);
  const url = entry?.url === undefined ? null : URL.parse(entry.url, base);
  if (!url) throw notFound(wanted, 'the index of its repository does not list it');

  const archive = await get(visit, { url, maxBytes: maxArchiveBytes }, signal);
  const digest = `sha256:${hash('sha256', archive)}`;
  if (entry?.digest !== undefined && entry.digest !== digest) throw changed(wanted);
  return { archive, digest };
}

async function get(
  { outbound, login, wanted, mayVisit }: Visit,
  { url, maxBytes }: { readonly url: URL; readonly maxBytes: number },
  signal: AbortSignal,
): Promise<Uint8Array> {
  // An index may name archives anywhere; the repository's password stays with the repository.
  const own = url.origin === wanted.repository.origin ? login : undefined;
  if (own && !isConfidential(url)) {
    throw noCredentials(url.host, 'credentials are not sent without encryption');
  }
  const { status, body } = await outbound.request(
    {
      url: url.href,
      // Some servers call an archive an encoding, and it would arrive unpacked.
      headers: {
        'accept-encoding': 'identity',
        ...(own && { authorization: toAuthorization(own) }),
      },
      limits: { responseBytes: maxBytes, timeoutMs: 120_000 },
      mayVisit,
    },
    signal,
  );
  if (status === 200) return body;
  if (status === 429 || status >= 500) {
    const message = `${url.host}: the chart \`${wanted.name}\` is not read: it answers ${status}`;
    throw new TransientError('RENDER_HELM_REPOSITORY_UNAVAILABLE', message, url.host);
  }
  if (status === 401 || status === 403) throw denied(url.host, wanted);
  throw notFound(wanted, `${url.host} answers ${status}`);
}

function isAllowed(host: string, { allowHosts }: WantedChart): boolean {
  return allowHosts.some((pattern) => matchesHost(pattern, host));
}

function noCredentials(host: string, why: string): StalledError {
  return new StalledError('RENDER_HELM_CREDENTIALS', `${host}: not asked: ${why}`, host);
}

function denied(host: string, { name, credentials }: WantedChart): StalledError {
  const secret = credentials.get(host);
  const who = secret === undefined ? 'those who do not log in' : `the secret \`${secret}\``;
  const message = `${host}: the chart \`${name}\` is not given to ${who}`;
  return new StalledError('RENDER_HELM_CREDENTIALS', message, host);
}

function notFound({ name, version }: WantedChart, why: string): StalledError {
  const message = `the chart \`${name}\` ${version} is not found: ${why}`;
  return new StalledError('RENDER_HELM_CHART_NOT_FOUND', message, name);
}

function changed({ name, version }: WantedChart): StalledError {
  const message = `the chart \`${name}\` ${version} is not taken: it is not what its index names`;
  return new StalledError('RENDER_HELM_CHART_CHANGED', message, name);
}
