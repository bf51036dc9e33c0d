/** Reads: lists, selectors, forms of answers, and what is not there. */

import type { Json } from '@trueup/diagnostics';

import type { Scenario } from '../scenario.ts';
import {
  configMap,
  field,
  get,
  inNamespace,
  namespacePath,
  patch,
  pod,
  post,
  put,
  silently,
  status,
} from './steps.ts';

const maps = `${namespacePath}/configmaps`;
const pods = `${namespacePath}/pods`;
const deployments = inNamespace('apps/v1', 'deployments');
const partial = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';
const partialList = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';

const three = [
  silently(post(maps, configMap('a', { x: '1' }, { labels: { tier: 'web', zone: 'a' } }))),
  silently(post(maps, configMap('b', { x: '1' }, { labels: { tier: 'web' } }))),
  silently(post(maps, configMap('c', { x: '1' }, { labels: { tier: 'data', zone: 'b' } }))),
];

function names(body: Json): Json | undefined {
  const { items, kind } = body as { kind: string; items?: { metadata: { name: string } }[] };
  if (kind === 'Status') return body;
  return items?.map(({ metadata }) => metadata.name) ?? null;
}

function withoutOwners(body: Json): Json {
  return JSON.parse(
    JSON.stringify(body, (key, member) => (key === 'managedFields' ? undefined : member)),
  ) as Json;
}

function selects(name: string, ...selectors: readonly string[]): Scenario {
  return { name, pick: names, steps: [...three, ...selectors.map((one) => get(`${maps}?${one}`))] };
}

function label(selector: string): string {
  return `labelSelector=${encodeURIComponent(selector)}`;
}

export const readScenarios: readonly Scenario[] = [
  { name: 'a list', steps: [...three, get(maps), get(`${maps}?limit=0`)] },
  { name: 'an empty list', steps: [get(`${namespacePath}/secrets`), get(deployments)] },
  {
    name: 'pages of a list',
    steps: [...three, get(`${maps}?limit=2`), get(`${maps}?limit=2&continue={continue3}`)],
  },
  {
    name: 'pages of a list show one state',
    pick: names,
    steps: [
      ...three,
      get(`${maps}?limit=1`),
      silently(post(maps, configMap('aa', {}))),
      silently(put(`${maps}/b`, configMap('b', { x: '2' }))),
      get(`${maps}?limit=5&continue={continue3}`),
      get(maps),
    ],
  },
  {
    name: 'pages of a selection',
    steps: [
      ...three,
      get(`${maps}?limit=1&${label('tier=web')}`),
      get(`${maps}?limit=1&${label('tier=web')}&continue={continue3}`),
    ],
  },
  {
    name: 'a token that is none',
    anyWords: true,
    steps: [get(`${maps}?limit=1&continue=nonsense`), get(`${maps}?limit=x`)],
  },
  {
    name: 'a list at a version',
    pick: names,
    steps: [
      ...three,
      get(`${maps}?resourceVersion={rv1}&resourceVersionMatch=Exact`),
      get(`${maps}?resourceVersion={rv2}&resourceVersionMatch=NotOlderThan`),
      get(`${maps}?resourceVersion=0`),
      get(`${maps}?resourceVersion={rv2}`),
    ],
  },
  {
    name: 'versions that nobody can ask for',
    anyWords: true,
    steps: [
      get(`${maps}?resourceVersionMatch=Exact`),
      get(`${maps}?resourceVersion=0&resourceVersionMatch=Exact`),
      get(`${maps}?resourceVersion=1&resourceVersionMatch=Maybe`),
      get(`${maps}?resourceVersion=x`),
    ],
  },
  selects(
    'labels that are equal',
    label('tier=web'),
    label('tier==web,zone=a'),
    label('tier!=web'),
    label('tier=none'),
  ),
  selects(
    'labels of a set',
    label('tier in (web,data),zone'),
    label('tier notin (web)'),
    label('!zone'),
    label('zone'),
  ),
  {
    ...selects(
      'labels that no selector can name',
      label('tier=a b'),
      label('=a'),
      label('tier in web'),
    ),
    anyWords: true,
  },
  selects(
    'fields',
    field('metadata.name=b'),
    field('metadata.name!=b'),
    field('metadata.namespace={ns}'),
    field('metadata.name=b,metadata.name=c'),
  ),
  selects('fields that are not there', field('spec.none=b'), field('data.x=1')),
  {
    name: 'fields of pods and events',
    pick: names,
    steps: [
      silently(post(pods, pod('a'))),
      silently(post(pods, pod('b'))),
      status(pods, 'b', { phase: 'Running' }),
      get(`${pods}?${field('status.phase=Running')}`),
      get(`${pods}?${field('status.phase!=Running,spec.nodeName=')}`),
      get(`${pods}?${field('spec.restartPolicy=Always')}`),
      silently(
        post(`${namespacePath}/events`, {
          apiVersion: 'v1',
          kind: 'Event',
          metadata: { name: 'e' },
          involvedObject: { kind: 'Pod', name: 'a', namespace: '{ns}', uid: 'u' },
          reason: 'Started',
          type: 'Normal',
          source: { component: 'kubelet' },
        }),
      ),
      get(
        `${namespacePath}/events?${field('involvedObject.name=a,involvedObject.kind=Pod,involvedObject.uid=u')}`,
      ),
      get(`${namespacePath}/events?${field('type=Warning')}`),
      get(`${namespacePath}/events?${field('source=kubelet')}`),
      get(`${namespacePath}/secrets?${field('type=Opaque')}`),
      get(`/api/v1/namespaces?${field('metadata.name={ns},status.phase=Active')}`),
    ],
  },
  {
    name: 'an autoscaler in both of its versions',
    // Owners at one version are not told as they would be at the other one.
    pick: (body) => withoutOwners(body),
    steps: [
      post(inNamespace('autoscaling/v1', 'horizontalpodautoscalers'), {
        apiVersion: 'autoscaling/v1',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'a' },
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' },
          maxReplicas: 3,
          targetCPUUtilizationPercentage: 50,
        },
      }),
      get(inNamespace('autoscaling/v2', 'horizontalpodautoscalers/a')),
      get(inNamespace('autoscaling/v1', 'horizontalpodautoscalers')),
      patch('merge', inNamespace('autoscaling/v2', 'horizontalpodautoscalers/a'), {
        spec: {
          metrics: [
            {
              type: 'Resource',
              resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
            },
          ],
        },
      }),
      get(inNamespace('autoscaling/v1', 'horizontalpodautoscalers/a')),
    ],
  },
  {
    name: 'an event in both of its versions',
    steps: [
      post(`${namespacePath}/events`, {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'e' },
        involvedObject: { kind: 'Pod', name: 'a', namespace: '{ns}' },
        reason: 'Started',
        message: 'it has started',
        type: 'Normal',
        count: 2,
        source: { component: 'kubelet' },
      }),
      get(inNamespace('events.k8s.io/v1', 'events/e')),
      get(`${inNamespace('events.k8s.io/v1', 'events')}?${field('regarding.name=a')}`),
      get(`${inNamespace('events.k8s.io/v1', 'events')}?${field('regarding.name=b')}`),
    ],
  },
  {
    name: 'what is not there',
    steps: [
      get(`${maps}/none`),
      get(`${deployments}/none`),
      get('/apis/none.example.com/v1/things'),
      get('/apis/apps/v9/deployments'),
      get('/api/v1/things'),
      get('/api/v1/namespaces/{ns}/nodes'),
      get(`${deployments}/none/nothing`),
      get('/none'),
    ],
  },
  {
    name: 'methods that are not there',
    steps: [
      { method: 'DELETE', path: '/api/v1/services' },
      { method: 'PUT', path: maps, body: {} },
      { method: 'POST', path: `${maps}/a`, body: {} },
      { method: 'POST', path: '/api/v1/configmaps', body: configMap('a', {}) },
    ],
  },
  {
    name: 'forms that nobody can send',
    steps: [
      { ...get(maps), accept: 'text/html' },
      { ...get(maps), accept: 'application/json;as=Nothing;v=v1;g=meta.k8s.io' },
      { ...get(maps), accept: 'application/json;as=Nothing;v=v1;g=meta.k8s.io,application/json' },
      { ...get(maps), accept: '*/*' },
    ],
  },
  {
    name: 'YAML',
    steps: [
      silently(post(maps, configMap('a', { x: '1' }))),
      { ...get(`${maps}/a`), accept: 'application/yaml' },
    ],
    pick: () => null,
  },
  {
    name: 'metadata only',
    steps: [
      silently(post(maps, configMap('a', { x: '1' }))),
      { ...get(`${maps}/a`), accept: partial },
      { ...get(maps), accept: partialList },
    ],
  },
];
