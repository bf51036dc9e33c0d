/** Finds out what a request asks for and answers it. Refusals become the server's `Status`. */

import type { JsonObject } from '@trueup/diagnostics';

import type { Cluster } from '../cluster/cluster.ts';
import {
  aggregatedDiscovery,
  apiGroup,
  apiGroupList,
  apiResourceList,
  apiVersions,
} from '../discovery/discovery-documents.ts';
import type { OpenApiDocuments } from '../openapi/open-api-documents.ts';
import { serveResource } from '../requests/serve-resource.ts';
import type { WatchHub } from '../watch/watch-hub.ts';
import { noSuchResource } from './api-error.ts';
import type { Call, Reply } from './call.ts';
import { parseAccept } from './negotiate.ts';
import { parseApiPath } from './parse-request.ts';
import { jsonReply, refusalReply, textReply, valueReply } from './reply.ts';

export interface Service {
  readonly cluster: Cluster;
  readonly hub: WatchHub;
  readonly documents: OpenApiDocuments;
  /** What `/version` answers. */
  readonly version: JsonObject;
}

export async function serveRequest(service: Service, call: Call): Promise<Reply> {
  try {
    return serveDocument(service, call) ?? (await serveObjects(service, call));
  } catch (error) {
    return refusalReply(error);
  }
}

function serveObjects({ cluster, hub }: Service, call: Call): Promise<Reply> | Reply {
  const path = parseApiPath(call.path);
  if (path) return serveResource({ cluster, hub }, call, path);
  if (/^\/apis?\//.test(call.path)) throw noSuchResource();
  return textReply(404, '404 page not found\n');
}

function serveDocument(service: Service, call: Call): Reply | undefined {
  if (call.method !== 'GET' && call.method !== 'HEAD') return undefined;
  const path = call.path.replace(/(.)\/$/, '$1');
  switch (path) {
    case '/version':
      return valueReply(200, service.version);
    case '/healthz':
    case '/readyz':
    case '/livez':
    case '/healthz/ping':
    case '/readyz/ping':
    case '/livez/ping':
      return textReply(
        200,
        call.query.has('verbose') ? `[+]ping ok\n${path.slice(1)} check passed\n` : 'ok',
      );
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

function serveOpenApi({ documents }: Service, path: string): Reply {
  const text = documents.find(path.slice('/openapi/v3/'.length));
  if (text === undefined) return textReply(404, '404 page not found\n');
  return jsonReply(200, text);
}

function serveDiscovery(service: Service, call: Call, path: string): Reply | undefined {
  if (path === '/api' || path === '/apis') return serveRoot(service, call, path === '/api');
  const types = service.cluster.registry.all();
  const [root, group = '', version = '', ...rest] = path.split('/').slice(1);
  if (root === 'api' && version === '') return found(apiResourceList(types, '', group));
  if (root !== 'apis' || rest.length > 0) return undefined;
  const known = apiGroup(types, group);
  if (version === '' || !known) return found(known);
  const list = apiResourceList(types, group, version);
  if (!list) throw noSuchResource();
  return found(list);
}

function serveRoot({ cluster }: Service, call: Call, legacy: boolean): Reply {
  const types = cluster.registry.all();
  const version = aggregatedVersion(call.headers.accept);
  if (version === undefined) {
    return valueReply(200, legacy ? apiVersions(call.headers.host ?? '') : apiGroupList(types));
  }
  const apiVersion = `apidiscovery.k8s.io/${version}`;
  const contentType = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
  return { ...valueReply(200, aggregatedDiscovery(types, { legacy, apiVersion })), contentType };
}

function found(document: JsonObject | undefined): Reply {
  return document ? valueReply(200, document) : textReply(404, '404 page not found\n');
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
