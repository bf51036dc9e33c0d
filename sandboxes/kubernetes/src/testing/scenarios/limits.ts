/** Admission that comes with every server: ranges of limits, and what they refuse. */

import type { JsonObject } from '@trueup/diagnostics';

import type { Scenario } from '../scenario.ts';
import { deployment, get, inNamespace, namespacePath, post, silently } from './steps.ts';

const pods = `${namespacePath}/pods`;
const ranges = `${namespacePath}/limitranges`;

function podWith(name: string, resources?: JsonObject): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'a', image: 'a', ...(resources && { resources }) }] },
  };
}

function range(limits: readonly JsonObject[]): JsonObject {
  return { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'limits' }, spec: { limits } };
}

function claim(storage: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'a' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
  };
}

export const limitScenarios: readonly Scenario[] = [
  {
    name: 'a range of limits gives pods their defaults',
    steps: [
      silently(
        post(
          ranges,
          range([
            {
              type: 'Container',
              default: { cpu: '500m', memory: '256Mi' },
              defaultRequest: { cpu: '100m' },
            },
          ]),
        ),
      ),
      post(pods, podWith('a')),
      post(`${pods}?dryRun=All`, podWith('b')),
      post(`${pods}?dryRun=All`, podWith('c', { limits: { cpu: '1' } })),
      post(
        `${pods}?dryRun=All`,
        podWith('d', { requests: { cpu: '50m', memory: '1Gi' }, limits: { memory: '2Gi' } }),
      ),
    ],
  },
  {
    name: 'a range of limits refuses what lies outside of it',
    steps: [
      silently(
        post(
          ranges,
          range([
            {
              type: 'Container',
              max: { cpu: '1' },
              min: { cpu: '50m' },
              maxLimitRequestRatio: { cpu: '4' },
            },
          ]),
        ),
      ),
      get(`${ranges}/limits`),
      post(`${pods}?dryRun=All`, podWith('a')),
      post(pods, podWith('a', { limits: { cpu: '2', memory: '2Gi' } })),
      post(
        pods,
        podWith('a', {
          requests: { cpu: '10m', memory: '1Mi' },
          limits: { cpu: '1', memory: '1Gi' },
        }),
      ),
      post(pods, podWith('a', { requests: { cpu: '100m' }, limits: { cpu: '1' } })),
    ],
  },
  {
    name: 'a range of limits of whole pods and of claims',
    steps: [
      silently(
        post(
          ranges,
          range([
            { type: 'Pod', max: { cpu: '1' }, min: { cpu: '100m' } },
            { type: 'PersistentVolumeClaim', max: { storage: '2Gi' }, min: { storage: '1Gi' } },
          ]),
        ),
      ),
      post(pods, podWith('a')),
      post(pods, podWith('a', { requests: { cpu: '200m' }, limits: { cpu: '2' } })),
      post(`${pods}?dryRun=All`, podWith('a', { requests: { cpu: '200m' }, limits: { cpu: '1' } })),
      post(`${namespacePath}/persistentvolumeclaims`, claim('3Gi')),
      post(`${namespacePath}/persistentvolumeclaims`, claim('512Mi')),
      post(`${namespacePath}/persistentvolumeclaims?dryRun=All`, claim('1Gi')),
    ],
  },
  {
    name: 'a range of limits leaves templates alone',
    steps: [
      silently(post(ranges, range([{ type: 'Container', default: { cpu: '1' } }]))),
      post(inNamespace('apps/v1', 'deployments'), deployment('a')),
    ],
  },
  {
    name: 'ranges of limits that are none',
    steps: [
      post(ranges, range([{ type: 'Container', max: { cpu: '1' }, min: { cpu: '2' } }])),
      post(ranges, range([{ type: 'Container', max: { cpu: '1' }, default: { cpu: '2' } }])),
      post(ranges, range([{ type: 'Nothing', max: { cpu: '1' } }])),
      post(ranges, range([{ type: 'Container', default: { cpu: '1' } }, { type: 'Container' }])),
      post(ranges, range([{ type: 'Pod', default: { cpu: '1' } }])),
      post(ranges, range([{ type: 'Container', max: { cpu: 'much' } }])),
    ],
  },
];
