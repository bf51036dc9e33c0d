/** Create, update and patch: names, versions, preconditions, dry runs, unknown fields. */

import type { Scenario } from '../scenario.ts';
import {
  configMap,
  deployment,
  get,
  inNamespace,
  namespacePath,
  patch,
  post,
  put,
  silently,
} from './steps.ts';

const maps = `${namespacePath}/configmaps`;
const deployments = inNamespace('apps/v1', 'deployments');

export const writeScenarios: readonly Scenario[] = [
  {
    name: 'create and read',
    steps: [
      post(maps, configMap('a', { x: '1' })),
      get(`${maps}/a`),
      post(maps, configMap('a', { x: '2' })),
    ],
  },
  {
    name: 'create needs a name',
    steps: [post(maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} })],
  },
  {
    name: 'create makes up a name',
    steps: [
      post(maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'some-' } }),
    ],
  },
  {
    name: 'create in the wrong namespace',
    steps: [post(maps, configMap('a', {}, { namespace: 'default' }))],
  },
  {
    name: 'create in a namespace that is not there',
    steps: [post('/api/v1/namespaces/{ns}-none/configmaps', configMap('a', {}))],
  },
  {
    name: 'create with a version',
    steps: [post(maps, configMap('a', {}, { resourceVersion: '1' }))],
  },
  {
    name: 'create with an uid',
    steps: [
      post(maps, configMap('a', {}, { uid: 'x', creationTimestamp: '2020-01-01T00:00:00Z' })),
    ],
  },
  {
    name: 'create without a kind',
    steps: [
      post(maps, { metadata: { name: 'a' } }),
      post(maps, { kind: 'ConfigMap', metadata: { name: 'b' } }),
    ],
  },
  {
    name: 'create another kind',
    anyWords: true,
    steps: [post(maps, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } })],
  },
  {
    name: 'create another version',
    anyWords: true,
    steps: [post(deployments, { ...deployment('a'), apiVersion: 'apps/v1beta1' })],
  },
  {
    name: 'create from what is no JSON',
    anyWords: true,
    steps: [post(maps, '{"metadata":'), post(maps, '[]'), post(maps, '"text"'), post(maps, '')],
  },
  {
    name: 'create from YAML',
    steps: [
      {
        ...post(maps, 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {b: c}\n'),
        contentType: 'application/yaml',
      },
      { ...post(maps, 'a'), contentType: 'text/plain' },
    ],
  },
  {
    name: 'create with values of other types',
    anyWords: true,
    steps: [
      post(maps, configMap('a', { x: 1 })),
      post(deployments, deployment('a', { replicas: '3' })),
      post(deployments, deployment('a', { replicas: 1.5 })),
      post(deployments, deployment('a', { replicas: 4294967296 })),
      post(deployments, deployment('a', { template: 'x' })),
    ],
  },
  {
    name: 'unknown fields are warned of',
    steps: [
      post(maps, { ...configMap('a', {}), spec: { a: 1 } }),
      post(
        deployments,
        deployment('a', {
          bogus: 1,
          template: {
            spec: { containers: [{ name: 'a', image: 'a', bogus: 2 }] },
            metadata: { labels: { app: 'web' } },
          },
        }),
      ),
    ],
  },
  {
    name: 'unknown fields are refused when asked to',
    steps: [
      post(`${deployments}?fieldValidation=Strict`, deployment('a', { bogus: 1, more: 2 })),
      post(`${deployments}?fieldValidation=Strict&dryRun=All`, deployment('a')),
    ],
  },
  {
    name: 'unknown fields are ignored when asked to',
    steps: [post(`${maps}?fieldValidation=Ignore`, { ...configMap('a', {}), spec: { a: 1 } })],
  },
  {
    name: 'fields that are written twice',
    steps: [
      post(
        `${maps}?fieldValidation=Strict`,
        '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","labels":{"x":"1","x":"2"}},"data":{"y":"1","y":"2","y":"3"}}',
      ),
      post(
        maps,
        '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","labels":{"x":"1","x":"2"}},"data":{"y":"1","y":"2","y":"3"}}',
      ),
      post(
        `${deployments}?fieldValidation=Strict`,
        '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a"},"spec":{"replicas":1,"replicas":2,"template":{"spec":{"containers":[{"name":"a","name":"b"}]}}}}',
      ),
    ],
  },
  {
    name: 'a pod of a priority that is not there',
    steps: [
      post(`${namespacePath}/pods`, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'a' },
        spec: { priorityClassName: 'none', containers: [{ name: 'a', image: 'a' }] },
      }),
    ],
  },
  {
    name: 'options that do not exist',
    steps: [
      post(`${maps}?fieldValidation=Maybe`, configMap('a', {})),
      post(`${maps}?dryRun=Some`, configMap('a', {})),
      post(`${maps}?fieldManager=${'a'.repeat(129)}`, configMap('a', {})),
      post(`${maps}?fieldManager=a%0Ab`, configMap('a', {})),
    ],
  },
  {
    name: 'a dry run creates nothing',
    steps: [post(`${maps}?dryRun=All`, configMap('a', { x: '1' })), get(`${maps}/a`)],
  },
  {
    name: 'a dry run updates nothing',
    steps: [
      silently(post(maps, configMap('a', { x: '1' }))),
      put(`${maps}/a?dryRun=All`, configMap('a', { x: '2' })),
      patch('merge', `${maps}/a?dryRun=All`, { data: { x: '3' } }),
      get(`${maps}/a`),
    ],
  },
  {
    name: 'update replaces',
    steps: [
      silently(post(maps, configMap('a', { x: '1', y: '2' }, { labels: { l: 'm' } }))),
      put(`${maps}/a`, configMap('a', { x: '2' })),
      get(`${maps}/a`),
    ],
  },
  {
    name: 'update of the version that was read',
    steps: [
      silently(post(maps, configMap('a', { x: '1' }))),
      put(`${maps}/a`, configMap('a', { x: '2' }, { resourceVersion: '{rv0}' })),
      put(`${maps}/a`, configMap('a', { x: '3' }, { resourceVersion: '{rv0}' })),
    ],
  },
  {
    name: 'update of another object of this name',
    steps: [
      silently(post(maps, configMap('a', { x: '1' }))),
      put(`${maps}/a`, configMap('a', { x: '2' }, { uid: '00000000-0000-4000-8000-000000000000' })),
      put(`${maps}/a`, configMap('a', { x: '2' }, { uid: '{uid0}' })),
    ],
  },
  {
    name: 'update of what is not there',
    steps: [put(`${maps}/a`, configMap('a', {})), put(`${deployments}/a`, deployment('a'))],
  },
  {
    name: 'update under another name',
    steps: [
      silently(post(maps, configMap('a', {}))),
      put(`${maps}/a`, configMap('b', {})),
      put(`${maps}/a`, { apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b' } }),
    ],
  },
  {
    name: 'update that changes nothing',
    pick: (body) => (body as { metadata: { managedFields: never } }).metadata.managedFields,
    steps: [
      post(maps, configMap('a', { x: '1' })),
      put(`${maps}/a`, configMap('a', { x: '1' })),
      put(`${maps}/a?fieldManager=other`, configMap('a', { x: '1' })),
    ],
  },
  {
    name: 'the generation counts changes of the spec',
    pick: (body) => {
      const { metadata } = body as { metadata: { generation: number } };
      return metadata.generation;
    },
    steps: [
      post(deployments, deployment('a')),
      patch('merge', `${deployments}/a`, { metadata: { labels: { a: 'b' } } }),
      patch('merge', `${deployments}/a`, { metadata: { annotations: { a: 'b' } } }),
      patch('merge', `${deployments}/a`, { spec: { replicas: 2 } }),
      patch('merge', `${deployments}/a`, { spec: { replicas: 2 } }),
      patch('merge', `${deployments}/a/status`, { status: { replicas: 2, observedGeneration: 2 } }),
    ],
  },
  {
    name: 'metadata that no name can have',
    steps: [
      post(maps, configMap('A_b', {})),
      post(maps, configMap('a', {}, { labels: { '/x': 'y' } })),
      post(maps, configMap('a', {}, { labels: { ok: 'not ok' } })),
      post(maps, configMap('a', {}, { annotations: { 'a b': 'y' } })),
      post(maps, configMap('a', {}, { finalizers: ['nobody', 'example.com/x'] })),
      post(
        maps,
        configMap(
          'a',
          {},
          { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: '', uid: '' }] },
        ),
      ),
      post(maps, configMap('a', {}, { generateName: 'X_' })),
    ],
  },
  {
    name: 'a JSON patch',
    steps: [
      silently(post(maps, configMap('a', { x: '1', y: '2' }))),
      patch('json', `${maps}/a`, [
        { op: 'test', path: '/data/x', value: '1' },
        { op: 'replace', path: '/data/x', value: '3' },
        { op: 'add', path: '/data/z', value: '4' },
        { op: 'remove', path: '/data/y' },
        { op: 'add', path: '/metadata/labels', value: { 'a.b/c': 'd' } },
        { op: 'copy', from: '/data/z', path: '/data/w' },
        { op: 'move', from: '/data/w', path: '/data/v' },
        { op: 'replace', path: '/metadata/labels/a.b~1c', value: 'e' },
      ]),
    ],
  },
  {
    name: 'a JSON patch that does not fit',
    anyWords: true,
    steps: [
      silently(post(maps, configMap('a', { x: '1' }))),
      patch('json', `${maps}/a`, [{ op: 'test', path: '/data/x', value: '2' }]),
      patch('json', `${maps}/a`, [{ op: 'remove', path: '/data/none' }]),
      patch('json', `${maps}/a`, [{ op: 'replace', path: '/data/none', value: 'x' }]),
      patch('json', `${maps}/a`, { not: 'a list' }),
      patch('json', `${maps}/a`, [{ op: 'bogus', path: '/data/x' }]),
      patch('json', `${maps}/none`, []),
    ],
  },
  {
    name: 'a merge patch',
    steps: [
      silently(post(maps, configMap('a', { x: '1', y: '2' }))),
      patch('merge', `${maps}/a`, { data: { x: null, z: '3' }, metadata: { labels: { l: 'm' } } }),
      patch('merge', `${maps}/a`, { data: null }),
    ],
  },
  {
    name: 'a merge patch with a version',
    steps: [
      silently(post(maps, configMap('a', { x: '1' }))),
      patch('merge', `${maps}/a`, { metadata: { resourceVersion: '{rv0}' }, data: { x: '2' } }),
      patch('merge', `${maps}/a`, { metadata: { resourceVersion: '{rv0}' }, data: { x: '3' } }),
      patch('merge', `${maps}/a`, { metadata: { uid: 'other' }, data: { x: '3' } }),
      patch('merge', `${maps}/a`, { metadata: { name: 'b' } }),
    ],
  },
  {
    name: 'a strategic merge patch merges lists by key',
    steps: [
      silently(
        post(
          deployments,
          deployment('a', {
            template: {
              metadata: { labels: { app: 'web' } },
              spec: {
                containers: [
                  {
                    name: 'web',
                    image: 'web:1',
                    ports: [{ containerPort: 80 }],
                    args: ['a', 'b'],
                    env: [{ name: 'A', value: '1' }],
                  },
                  { name: 'side', image: 'side:1' },
                ],
              },
            },
          }),
        ),
      ),
      patch('strategic-merge', `${deployments}/a`, {
        spec: {
          template: {
            spec: {
              containers: [
                {
                  name: 'web',
                  image: 'web:2',
                  ports: [{ containerPort: 81 }],
                  args: ['c'],
                  env: [{ name: 'B', value: '2' }],
                },
                { name: 'new', image: 'new:1' },
              ],
            },
          },
        },
      }),
      patch('strategic-merge', `${deployments}/a`, {
        spec: {
          template: {
            spec: {
              containers: [{ $patch: 'delete', name: 'side' }],
            },
          },
        },
      }),
      patch('strategic-merge', `${deployments}/a`, {
        spec: {
          template: {
            spec: {
              '$setElementOrder/containers': [{ name: 'new' }, { name: 'web' }],
              containers: [{ name: 'web', env: [{ $patch: 'delete', name: 'A' }] }],
            },
          },
        },
      }),
      patch('strategic-merge', `${deployments}/a`, {
        spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } },
      }),
      patch('strategic-merge', `${deployments}/a`, {
        spec: {
          template: {
            spec: { containers: [{ $patch: 'replace' }, { name: 'only', image: 'only:1' }] },
          },
        },
      }),
    ],
  },
  {
    name: 'a strategic merge patch of a list of scalars',
    steps: [
      silently(post(maps, configMap('a', {}, { finalizers: ['example.com/a', 'example.com/b'] }))),
      patch('strategic-merge', `${maps}/a`, { metadata: { finalizers: ['example.com/c'] } }),
      patch('strategic-merge', `${maps}/a`, {
        metadata: { '$deleteFromPrimitiveList/finalizers': ['example.com/a'] },
      }),
      patch('merge', `${maps}/a`, { metadata: { finalizers: null } }),
    ],
  },
  {
    name: 'patches of other media types',
    steps: [
      silently(post(maps, configMap('a', {}))),
      { ...patch('merge', `${maps}/a`, {}), contentType: 'application/json' },
      { ...patch('merge', `${maps}/a`, 'null') },
      { ...patch('merge', `${maps}/a`, '[]') },
    ],
    anyWords: true,
  },
  {
    name: 'an unknown field in a patch',
    anyWords: true,
    steps: [
      silently(post(maps, configMap('a', {}))),
      patch('merge', `${maps}/a`, { bogus: 1 }),
      patch('merge', `${maps}/a?fieldValidation=Strict`, { bogus: 1 }),
      patch('json', `${maps}/a?fieldValidation=Strict`, [{ op: 'add', path: '/bogus', value: 1 }]),
    ],
  },
];
