/** What goes with what: owners and dependents, namespaces and what lies in them. */

import type { JsonObject } from '@trueup/diagnostics';

import type { Scenario } from '../scenario.ts';
import {
  configMap,
  deployment,
  get,
  inNamespace,
  namespacePath,
  patch,
  post,
  remove,
  silently,
} from '../scenarios/steps.ts';
import { awaits, awaitsEnd, hasItems, isComplete, outline } from './outline.ts';

const maps = `${namespacePath}/configmaps`;
const deployments = inNamespace('apps/v1', 'deployments');
const replicaSets = inNamespace('apps/v1', 'replicasets');
const pods = `${namespacePath}/pods`;
const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const hold = ['example.com/hold'];

/** @param step which created it */
function ownedBy(step: number, name: string, more: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', name, uid: `{uid${step}}`, ...more };
}

const owner = silently(post(maps, configMap('owner', {})));
const dependent = (metadata: JsonObject = {}) =>
  silently(
    post(
      maps,
      configMap(
        'dependent',
        {},
        {
          ownerReferences: [ownedBy(0, 'owner', { blockOwnerDeletion: true })],
          ...metadata,
        },
      ),
    ),
  );

const namespace = '/api/v1/namespaces/{ns}-n';
const newNamespace = post('/api/v1/namespaces', {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: '{ns}-n' },
});

const thing = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.{ns}.example.com' },
  spec: {
    group: '{ns}.example.com',
    scope: 'Namespaced',
    names: { plural: 'things', singular: 'thing', kind: 'Thing' },
    versions: [
      { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
    ],
  },
};
const things = '/apis/{ns}.example.com/v1/namespaces/{ns}/things';

const scenarios: readonly Scenario[] = [
  {
    name: 'a dependent goes after its owner',
    steps: [
      owner,
      dependent(),
      remove(`${maps}/owner`),
      get(`${maps}/owner`),
      awaitsEnd(`${maps}/dependent`),
    ],
  },
  {
    name: 'an owner that is deleted in the foreground waits for its dependents',
    steps: [
      owner,
      dependent({ finalizers: hold }),
      remove(`${maps}/owner?propagationPolicy=Foreground`),
      awaits(`${maps}/dependent`, ({ metadata }) => metadata.deletionTimestamp),
      get(`${maps}/owner`),
      silently(patch('merge', `${maps}/dependent`, { metadata: { finalizers: null } })),
      awaitsEnd(`${maps}/owner`),
      get(`${maps}/dependent`),
    ],
  },
  {
    name: 'dependents that are left alone lose their owner',
    steps: [
      owner,
      dependent(),
      remove(`${maps}/owner?propagationPolicy=Orphan`),
      awaitsEnd(`${maps}/owner`),
      get(`${maps}/dependent`),
    ],
  },
  {
    name: 'a dependent of two owners goes with the last of them',
    steps: [
      owner,
      silently(post(maps, configMap('other', {}))),
      silently(
        post(
          maps,
          configMap(
            'dependent',
            {},
            { ownerReferences: [ownedBy(0, 'owner'), ownedBy(1, 'other')] },
          ),
        ),
      ),
      silently(remove(`${maps}/owner`)),
      awaits(`${maps}/dependent`, ({ metadata }) => metadata.ownerReferences?.length === 1),
      silently(remove(`${maps}/other`)),
      awaitsEnd(`${maps}/dependent`),
    ],
  },
  {
    name: 'a dependent of nobody goes at once',
    steps: [
      silently(
        post(
          maps,
          configMap(
            'dependent',
            {},
            {
              ownerReferences: [
                {
                  apiVersion: 'v1',
                  kind: 'ConfigMap',
                  name: 'ghost',
                  uid: '00000000-0000-4000-8000-000000000000',
                },
              ],
            },
          ),
        ),
      ),
      awaitsEnd(`${maps}/dependent`),
    ],
  },
  {
    name: 'a Deployment takes all that is its own with it',
    steps: [
      silently(post(deployments, deployment('web'))),
      silently(awaits(`${deployments}/web`, isComplete)),
      remove(`${deployments}/web?propagationPolicy=Foreground`),
      awaitsEnd(`${deployments}/web`),
      get(replicaSets),
      get(pods),
    ],
  },
  {
    name: 'a Deployment that leaves its pods behind',
    steps: [
      silently(post(deployments, deployment('web'))),
      silently(awaits(`${deployments}/web`, isComplete)),
      remove(`${deployments}/web?propagationPolicy=Orphan`),
      awaitsEnd(`${deployments}/web`),
      awaits(replicaSets, ({ items }) => items[0]?.metadata.ownerReferences === undefined),
      get(pods),
    ],
  },
  {
    name: 'a new namespace is furnished, again and again',
    steps: [
      newNamespace,
      awaits(`${namespace}/serviceaccounts`, hasItems(1)),
      awaits(`${namespace}/configmaps`, hasItems(1)),
      remove(`${namespace}/configmaps/kube-root-ca.crt`),
      awaits(`${namespace}/configmaps`, hasItems(1)),
      remove(namespace),
      awaitsEnd(namespace),
    ],
  },
  {
    name: 'a namespace waits for what a finalizer holds',
    steps: [
      silently(newNamespace),
      silently(post(`${namespace}/configmaps`, configMap('held', {}, { finalizers: hold }))),
      remove(namespace),
      awaits(namespace, ({ status }) =>
        status.conditions?.some(
          (one: { type: string; status: string }) =>
            one.type === 'NamespaceFinalizersRemaining' && one.status === 'True',
        ),
      ),
      get(`${namespace}/configmaps`),
      post(`${namespace}/configmaps`, configMap('late', {})),
      silently(patch('merge', `${namespace}/configmaps/held`, { metadata: { finalizers: null } })),
      awaitsEnd(namespace),
      post(`${namespace}/configmaps`, configMap('later', {})),
    ],
  },
  {
    name: 'a definition takes the resources of its kind with it',
    steps: [
      silently(post(crds, thing)),
      {
        ...silently(
          post(things, {
            apiVersion: '{ns}.example.com/v1',
            kind: 'Thing',
            metadata: { name: 'a', finalizers: hold },
          }),
        ),
        until: ({ status }) => status === 201,
      },
      silently(remove(`${crds}/things.{ns}.example.com`)),
      awaits(`${things}/a`, ({ metadata }) => metadata.deletionTimestamp),
      {
        ...awaits(`${crds}/things.{ns}.example.com`, ({ status }) =>
          status.conditions.some(
            (one: { type: string; status: string }) =>
              one.type === 'Terminating' && one.status === 'True',
          ),
        ),
      },
      silently(patch('merge', `${things}/a`, { metadata: { finalizers: null } })),
      awaitsEnd(`${crds}/things.{ns}.example.com`),
    ],
  },
];

export const garbageScenarios: readonly Scenario[] = scenarios.map((one) => ({
  pick: outline,
  ...one,
}));
