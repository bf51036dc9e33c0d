/** What does not depend on any kind: headers, paths, methods, and sizes that nobody takes. */

import type { Json } from '@trueup/diagnostics';

import type { Scenario, Step } from '../scenario.ts';
import { configMap, get, namespacePath, patch, post, put, remove, silently } from './steps.ts';

const maps = `${namespacePath}/configmaps`;
const mebibyte = 1024 * 1024;

/** Nothing but the status and the named headers counts. */
function headersOf(step: Step, ...headers: readonly string[]): Step {
  return { ...step, headers };
}

function shapeOf(body: Json): Json {
  if (typeof body !== 'object' || body === null) return typeof body;
  const { kind, reason, code, message } = body as Record<string, Json>;
  return {
    kind: kind ?? null,
    reason: reason ?? null,
    code: code ?? null,
    ...(code ? { message: message ?? null } : {}),
  };
}

export const protocolScenarios: readonly Scenario[] = [
  {
    name: 'headers of answers',
    pick: () => undefined,
    steps: [
      headersOf(post(maps, configMap('a', { x: '1' })), 'content-type', 'cache-control'),
      headersOf(get(`${maps}/a`), 'content-type', 'cache-control'),
      headersOf(get(`${maps}/none`), 'content-type', 'cache-control'),
      headersOf({ ...get(`${maps}/a`), accept: 'application/yaml' }, 'content-type'),
      headersOf(
        { ...get(maps), accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
        'content-type',
      ),
      headersOf(get('/healthz'), 'content-type', 'cache-control'),
      headersOf(get('/none'), 'content-type'),
      headersOf(get('/version'), 'content-type', 'cache-control'),
    ],
  },
  {
    name: 'discovery says whether it has changed',
    pick: () => undefined,
    steps: [
      headersOf(
        {
          ...get('/apis'),
          accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
        },
        'content-type',
        'cache-control',
        'vary',
      ),
      headersOf(get('/apis'), 'content-type', 'cache-control'),
      {
        ...get('/api'),
        accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
        send: { 'if-none-match': '"0"' },
      },
      {
        ...get('/api'),
        accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
        send: { 'if-none-match': '{etag2}' },
      },
    ],
  },
  {
    name: 'methods that no resource has',
    pick: shapeOf,
    steps: [
      { method: 'HEAD', path: namespacePath },
      { method: 'OPTIONS', path: namespacePath },
      { method: 'PATCH', path: maps, body: {}, contentType: 'application/merge-patch+json' },
      { method: 'PUT', path: '/api/v1/namespaces', body: {} },
      { method: 'DELETE', path: '/api/v1/namespaces' },
      { method: 'POST', path: `${namespacePath}/status`, body: {} },
      { method: 'DELETE', path: `${namespacePath}/status` },
      { method: 'DELETE', path: '/api/v1/configmaps' },
      { method: 'POST', path: '/version', body: {} },
      { method: 'POST', path: '/healthz', body: {} },
      { method: 'POST', path: '/apis', body: {} },
    ],
  },
  {
    name: 'paths with a slash too many, or too few',
    pick: shapeOf,
    steps: [
      get(`${namespacePath}/`),
      get('/apis/apps/v1/'),
      get('/apis/apps/'),
      get('/apis/'),
      get('/api/'),
      get('/version/'),
      get('/api/v1//namespaces'),
      get('/apis/apps/v1/namespaces/{ns}/deployments/'),
      get('/apis//v1/things'),
      get('/api/v2'),
      get('/api/v2/pods'),
      get('/apis/apps/v2/deployments'),
      get('/apis/apps/v1/things'),
      get('/api/v1/namespaces/{ns}/things/a'),
      get('/api/v1/namespaces/{ns}/pods/a/nothing'),
    ],
  },
  {
    name: 'checks of the server by name',
    steps: [
      get('/livez/ping'),
      get('/readyz/etcd'),
      get('/healthz/poststarthook/start-apiextensions-controllers'),
      get('/readyz/informer-sync'),
      get('/livez/none'),
      get('/readyz?exclude=etcd'),
    ],
  },
  {
    name: 'bodies that are too large',
    pick: shapeOf,
    steps: [
      post(maps, configMap('a', { x: 'x'.repeat(mebibyte + 1) })),
      post(maps, configMap('a', { x: 'x'.repeat(3 * mebibyte) })),
      silently(post(maps, configMap('a', { x: '1' }))),
      patch('merge', `${maps}/a`, { data: { x: 'x'.repeat(3 * mebibyte) } }),
      patch('merge', `${maps}/a`, { data: { x: 'x'.repeat(mebibyte) } }),
      put(`${maps}/a`, configMap('a', { x: 'x'.repeat(3 * mebibyte) })),
      post(`${namespacePath}/secrets`, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'a' },
        stringData: { x: 'x'.repeat(mebibyte + 1) },
      }),
      post(maps, configMap('b', {}, { annotations: { note: 'x'.repeat(mebibyte / 4) } })),
      patch(
        'json',
        `${maps}/a`,
        Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/data/x', value: '1' })),
      ),
    ],
  },
  {
    name: 'bodies of other media types',
    anyWords: true,
    steps: [
      { ...post(maps, 'x'), contentType: 'text/plain' },
      {
        ...post(maps, JSON.stringify(configMap('a', {}))),
        contentType: 'application/json; charset=utf-8',
      },
      { ...put(`${maps}/a`, {}), contentType: 'application/xml' },
      { ...remove(`${maps}/a`), body: 'x', contentType: 'text/plain' },
    ],
  },
  {
    name: 'bodies that are empty, or no object',
    anyWords: true,
    steps: [
      post(maps, ''),
      post(maps, '[]'),
      post(maps, 'null'),
      post(maps, '1'),
      post(maps, '{}'),
      { ...patch('merge', `${maps}/a`, {}), body: '' },
      { ...patch('json', `${maps}/a`, {}), body: '{}' },
    ],
  },
];
