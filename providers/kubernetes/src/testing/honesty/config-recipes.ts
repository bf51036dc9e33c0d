/** What configures the cluster and what runs in it. */
import type { KindRecipe } from './kind-recipe.ts';
import { keyedList, listOf, mapOf, oneOf, record, someOf } from './recipes.ts';
import { amount, bytes, flag, selector, text } from './words.ts';

const keys = ['a', 'b.c', 'd-e', 'f_g', '.hidden'];
const data = mapOf(keys, text);
const coded = mapOf(keys, oneOf('YQ==', '', 'AAEC/w==', 'w7w='));

const configMap = record({}, { data, binaryData: mapOf(['bin', 'z'], oneOf('AAEC', '')) }, 70);
const secret = oneOf(
  record({}, { data: coded, stringData: data, type: 'Opaque' }, 60),
  record({ type: 'example.com/own' }, { data: coded, stringData: data }, 60),
  record({
    type: 'kubernetes.io/basic-auth',
    stringData: record({ username: 'u', password: text }),
  }),
);
const account = record(
  {},
  {
    automountServiceAccountToken: flag,
    imagePullSecrets: keyedList(record({ name: oneOf('a', 'b', 'c') }), ['name'], [0, 3]),
    secrets: keyedList(record({ name: oneOf('a', 'b') }), ['name'], [0, 2]),
  },
);

const rule = record(
  {
    verbs: someOf(['get', 'list', '*', 'watch'], 1),
    apiGroups: oneOf([''], ['', 'apps'], ['*']),
    resources: someOf(['pods', 'secrets', '*'], 1),
  },
  { resourceNames: someOf(['a', 'b']) },
);
const rules = listOf(rule, 0, 3);
const subject = oneOf(
  record({ kind: 'User', name: oneOf('ann', 'bob') }, { apiGroup: 'rbac.authorization.k8s.io' }),
  record({ kind: 'Group', name: 'all' }),
  record({ kind: 'ServiceAccount', name: 'robot', namespace: 'default' }),
);
const binding = (kind: string) =>
  record(
    {
      roleRef: record(
        { kind, name: oneOf('one', 'one', 'one', 'two') },
        { apiGroup: 'rbac.authorization.k8s.io' },
        90,
      ),
    },
    { subjects: listOf(subject, 0, 2) },
    80,
  );

const claim = record(
  {
    accessModes: oneOf(['ReadWriteOnce'], ['ReadWriteMany', 'ReadWriteOnce']),
    resources: record({ requests: record({ storage: bytes }) }),
  },
  { storageClassName: oneOf('', 'fast'), volumeMode: oneOf('Block', 'Filesystem'), selector },
);
const limit = record(
  { type: oneOf('Container', 'Pod') },
  {
    max: record({}, { cpu: '4', memory: '8Gi' }, 60),
    min: record({}, { cpu: oneOf('1m', '.001') }),
    maxLimitRequestRatio: record({}, { cpu: '10000' }),
  },
);
const container = record(
  { type: 'Container' },
  { default: record({}, { cpu: amount }), defaultRequest: record({}, { memory: bytes }) },
);

const priority = record(
  { value: oneOf(1, 1, 1, 1000) },
  {
    description: text,
    globalDefault: false,
    preemptionPolicy: oneOf('Never', 'PreemptLowerPriority'),
  },
);
const storageClass = record(
  { provisioner: 'example.com/disk' },
  {
    parameters: mapOf(['a', 'b'], text),
    allowVolumeExpansion: flag,
    mountOptions: listOf(oneOf('ro', 'rw'), 0, 2),
    reclaimPolicy: oneOf('Delete', 'Retain'),
    volumeBindingMode: 'Immediate',
  },
);
const hook = record(
  {
    name: oneOf('a.example.com', 'b.example.com'),
    admissionReviewVersions: ['v1'],
    sideEffects: oneOf('None', 'NoneOnDryRun'),
    clientConfig: oneOf(
      { url: 'https://hook.example/a' },
      { service: { name: 'a', namespace: 'b' } },
    ),
  },
  {
    failurePolicy: oneOf('Ignore', 'Fail'),
    timeoutSeconds: oneOf(5, 10),
    objectSelector: selector,
    matchPolicy: oneOf('Exact', 'Equivalent'),
    rules: listOf(
      {
        apiGroups: ['nobody.example'],
        apiVersions: ['v1'],
        operations: ['CREATE'],
        resources: ['nothings'],
      },
      0,
      1,
    ),
  },
);
const webhook = record({}, { webhooks: keyedList(hook, ['name'], [0, 2]) }, 80);

const rbac = 'rbac.authorization.k8s.io/v1';

export const configKinds: readonly KindRecipe[] = [
  { apiVersion: 'v1', kind: 'ConfigMap', body: configMap, weight: 3 },
  { apiVersion: 'v1', kind: 'Secret', body: secret, weight: 3 },
  { apiVersion: 'v1', kind: 'ServiceAccount', body: account },
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim', body: record({ spec: claim }) },
  {
    apiVersion: 'v1',
    kind: 'LimitRange',
    body: record({ spec: record({ limits: listOf(oneOf(limit, container), 0, 2) }) }),
  },
  { apiVersion: rbac, kind: 'Role', body: record({}, { rules }, 90) },
  { apiVersion: rbac, kind: 'RoleBinding', body: binding('Role') },
  { apiVersion: rbac, kind: 'ClusterRole', body: record({}, { rules }, 90), isClusterWide: true },
  {
    apiVersion: rbac,
    kind: 'ClusterRoleBinding',
    body: binding('ClusterRole'),
    isClusterWide: true,
  },
  {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    body: priority,
    isClusterWide: true,
  },
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    body: storageClass,
    isClusterWide: true,
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    body: webhook,
    isClusterWide: true,
  },
];
