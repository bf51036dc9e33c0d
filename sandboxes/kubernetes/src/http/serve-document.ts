/** What the server says of itself: health, version, discovery, OpenAPI. No object is touched. */

import { hash } from 'node:crypto';

import type { JsonObject } from '@trueup/diagnostics';

import type { Cluster } from '../cluster/cluster.ts';
import {
  aggregatedDiscovery,
  apiGroup,
  apiGroupList,
  apiResourceList,
  apiVersions,
} from '../discovery/discovery-documents.ts';
import { methodNotAllowed, noSuchResource } from './api-error.ts';
import type { Call, TextReply } from './call.ts';
import { parseAccept } from './negotiate.ts';
import { jsonReply, textReply, valueReply } from './reply.ts';
import type { Service } from './service.ts';

/** @returns `undefined` for paths that may be those of objects. @throws ApiError 404, 405 */
export function serveDocument(service: Service, call: Call): TextReply | undefined {
  const path = call.path.replace(/(.)\/$/, '$1');
  if (isHealth(path)) return health(path, call.query.has('verbose'));
  switch (path) {
    case '/version':
      requireGet(call);
      return valueReply(200, service.version);
    case '/':
      return valueReply(200, { paths: rootPaths(service) });
    case '/openapi/v3':
      return valueReply(200, service.documents.index());
    default:
      return path.startsWith('/openapi/v3/')
        ? serveOpenApi(service, path)
        : serveDiscovery(service, call, path);
  }
}

const checks =
  'ping|log|etcd|informer-sync|shutdown|autoregister-completion|poststarthook/[\\w/-]+';
const healthPath = new RegExp(`^/(?:healthz|readyz|livez)(?:/(?:${checks}))?$`);

function isHealth(path: string): boolean {
  return healthPath.test(path);
}

function health(path: string, isVerbose: boolean): TextReply {
  return textReply(200, isVerbose ? `[+]ping ok\n${path.slice(1)} check passed\n` : 'ok');
}

function requireGet({ method }: Call): void {
  if (method !== 'GET') throw methodNotAllowed();
}

function serveOpenApi({ documents }: Service, path: string): TextReply {
  const text = documents.find(path.slice('/openapi/v3/'.length));
  if (text === undefined) return textReply(404, '404 page not found\n');
  return jsonReply(200, text);
}

function serveDiscovery(service: Service, call: Call, path: string): TextReply | undefined {
  if (path === '/api' || path === '/apis') return serveRoot(service, call, path === '/api');
  const types = service.cluster.registry.all();
  const [root, group = '', version = '', ...rest] = path.split('/').slice(1);
  if (rest.length > 0 || path.endsWith('//')) return undefined;
  if (root === 'api' && version === '') {
    const list = apiResourceList(types, '', group);
    if (!list) throw noSuchResource();
    requireGet(call);
    return valueReply(200, list);
  }
  if (root !== 'apis') return undefined;
  const known = apiGroup(types, group);
  if (!known) return textReply(404, '404 page not found\n');
  const document = version === '' ? known : apiResourceList(types, group, version);
  if (!document) throw noSuchResource();
  requireGet(call);
  return valueReply(200, document);
}

function serveRoot({ cluster }: Service, call: Call, legacy: boolean): TextReply {
  const types = cluster.registry.all();
  const version = aggregatedVersion(call.headers.accept);
  if (version !== undefined) return aggregated(cluster, call, { legacy, version });
  if (legacy) requireGet(call);
  return valueReply(200, legacy ? apiVersions(call.headers.host ?? '') : apiGroupList(types));
}

/** Clients keep this, and ask whether it has changed. */
function aggregated(
  { registry }: Cluster,
  { headers }: Call,
  { legacy, version }: { readonly legacy: boolean; readonly version: string },
): TextReply {
  const apiVersion = `apidiscovery.k8s.io/${version}`;
  const contentType = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
  const document: JsonObject = aggregatedDiscovery(registry.all(), { legacy, apiVersion });
  const whole = valueReply(200, document);
  const etag = `"${hash('sha512', whole.body, 'hex').toUpperCase()}"`;
  const caching = { etag, vary: 'Accept', 'cache-control': 'public' };
  if (headers['if-none-match'] === etag) {
    return { kind: 'text', status: 304, contentType, body: '', headers: caching };
  }
  return { ...whole, contentType, headers: caching };
}

/** The first form of aggregated discovery that the client takes before the plain one. */
function aggregatedVersion(accept: string | undefined): string | undefined {
  for (const { type, parameters } of parseAccept(accept ?? '')) {
    if (type !== 'application/json') continue;
    if (!parameters.has('as')) return undefined;
    const version = parameters.get('v') ?? '';
    const isKnown = version === 'v2' || version === 'v2beta1';
    if (parameters.get('as') === 'APIGroupDiscoveryList' && isKnown) return version;
  }
  return undefined;
}

function rootPaths({ cluster }: Service): readonly string[] {
  const groups = cluster.registry
    .all()
    .flatMap(({ group, versions }) =>
      group === ''
        ? ['/api', '/api/v1']
        : [`/apis/${group}`, ...versions.map(({ version }) => `/apis/${group}/${version}`)],
    );
  return [
    ...new Set([...groups, '/apis', '/healthz', '/livez', '/openapi/v3', '/readyz', '/version']),
  ].sort();
}
