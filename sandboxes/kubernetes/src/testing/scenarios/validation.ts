/** Services, configuration and everything else that the server refuses, or keeps as it is. */

import type { Json, JsonObject } from '@trueup/diagnostics';

import type { Scenario, Step } from '../scenario.ts';
import { keeps, object, refuses, tidy } from './refusals.ts';
import { configMap, inNamespace, namespacePath, patch, post, put, silently } from './steps.ts';

const services = `${namespacePath}/services`;

function service(spec: JsonObject): JsonObject {
  return object('v1', 'Service', { spec });
}

const claim = object('v1', 'PersistentVolumeClaim', {
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
});
function onClusterScope(
  path: string,
  body: JsonObject,
  ...patches: readonly Json[]
): readonly Step[] {
  return [
    silently(post(path, body)),
    ...patches.map((one) => patch('merge', `${path}/{ns}-one`, one)),
  ];
}

export const validationScenarios: readonly Scenario[] = [
  refuses(
    'Services',
    services,
    service({}),
    service({ ports: [] }),
    service({ ports: [{ port: 0 }] }),
    service({ ports: [{ port: 80 }, { port: 81 }] }),
    service({
      ports: [
        { name: 'a', port: 80 },
        { name: 'a', port: 81 },
      ],
    }),
    service({
      ports: [
        { name: 'a', port: 80 },
        { name: 'b', port: 80 },
      ],
    }),
    service({ ports: [{ name: 'A_b', port: 80 }] }),
    service({ ports: [{ port: 80, protocol: 'HTTP' }] }),
    service({ ports: [{ port: 80, targetPort: 70000 }] }),
    service({ ports: [{ port: 80, targetPort: 'not a port' }] }),
    service({ type: 'Other', ports: [{ port: 80 }] }),
    service({ type: 'ExternalName' }),
    service({ type: 'ExternalName', externalName: 'not a name' }),
    service({ clusterIP: 'nonsense', ports: [{ port: 80 }] }),
    service({ sessionAffinity: 'Always', ports: [{ port: 80 }] }),
    service({ type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] }),
    { ...service({ ports: [{ port: 80 }] }), metadata: { name: '1a' } },
    service({ selector: { 'a b': 'c' }, ports: [{ port: 80 }] }),
  ),
  {
    name: 'a Service keeps its address',
    steps: [
      silently(post(services, service({ ports: [{ port: 80 }] }))),
      patch('merge', `${services}/one`, { spec: { clusterIP: '10.96.77.77' } }),
      patch('merge', `${services}/one`, { spec: { clusterIP: '' } }),
      patch('merge', `${services}/one`, { spec: { type: 'NodePort' } }),
      patch('merge', `${services}/one`, { spec: { type: 'ClusterIP' } }),
      patch('merge', `${services}/one`, {
        spec: { type: 'ExternalName', externalName: 'example.com' },
      }),
      put(`${services}/one`, service({ ports: [{ port: 81 }] })),
    ],
  },
  {
    name: 'two Services with one address',
    pick: tidy,
    steps: [
      silently(post(services, service({ ports: [{ port: 80 }] }))),
      post(services, {
        ...service({ clusterIP: '{ip0}', ports: [{ port: 80 }] }),
        metadata: { name: 'two' },
      }),
    ],
  },
  keeps(
    'a ConfigMap that is immutable',
    `${namespacePath}/configmaps`,
    { ...configMap('one', { a: '1' }), immutable: true },
    { data: { a: '2' } },
    { immutable: false },
    { immutable: null },
    { metadata: { labels: { a: 'b' } } },
  ),
  keeps(
    'a Secret keeps its type',
    `${namespacePath}/secrets`,
    object('v1', 'Secret', { stringData: { a: 'b' }, immutable: true }),
    { type: 'other' },
    { data: { a: 'AAAA' } },
  ),
  refuses(
    'ConfigMaps and Secrets',
    `${namespacePath}/configmaps`,
    configMap('one', { 'a b': '1' }),
    { ...configMap('one', { a: '1' }), binaryData: { a: 'AAEC' } },
    { ...configMap('one', {}), binaryData: { a: 'no base64!' } },
  ),
  refuses(
    'Secrets of a type',
    `${namespacePath}/secrets`,
    object('v1', 'Secret', { type: 'kubernetes.io/tls' }),
    object('v1', 'Secret', {
      type: 'kubernetes.io/dockerconfigjson',
      stringData: { '.dockerconfigjson': 'x' },
    }),
    object('v1', 'Secret', { type: 'kubernetes.io/basic-auth', stringData: {} }),
    object('v1', 'Secret', { type: 'kubernetes.io/ssh-auth', stringData: {} }),
    object('v1', 'Secret', { stringData: { 'a/b': 'c' } }),
  ),
  refuses(
    'Ingresses',
    inNamespace('networking.k8s.io/v1', 'ingresses'),
    object('networking.k8s.io/v1', 'Ingress', { spec: {} }),
    object('networking.k8s.io/v1', 'Ingress', {
      spec: {
        rules: [
          {
            host: 'A B',
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: { service: { name: 'a', port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    }),
    object('networking.k8s.io/v1', 'Ingress', {
      spec: {
        rules: [
          {
            http: {
              paths: [{ path: '/', backend: { service: { name: 'a', port: { number: 80 } } } }],
            },
          },
        ],
      },
    }),
    object('networking.k8s.io/v1', 'Ingress', {
      spec: {
        rules: [
          {
            http: {
              paths: [
                {
                  path: 'x',
                  pathType: 'Prefix',
                  backend: { service: { name: 'a', port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    }),
    object('networking.k8s.io/v1', 'Ingress', {
      spec: { rules: [{ http: { paths: [{ path: '/', pathType: 'Exact', backend: {} }] } }] },
    }),
    object('networking.k8s.io/v1', 'Ingress', {
      spec: {
        rules: [
          {
            http: {
              paths: [
                { path: '/', pathType: 'Exact', backend: { service: { name: '', port: {} } } },
              ],
            },
          },
        ],
      },
    }),
    object('networking.k8s.io/v1', 'Ingress', { spec: { rules: [{ http: { paths: [] } }] } }),
  ),
  refuses(
    'PersistentVolumeClaims',
    `${namespacePath}/persistentvolumeclaims`,
    object('v1', 'PersistentVolumeClaim', { spec: {} }),
    object('v1', 'PersistentVolumeClaim', {
      spec: { accessModes: ['Sometimes'], resources: { requests: { storage: '1Gi' } } },
    }),
    object('v1', 'PersistentVolumeClaim', {
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '0' } } },
    }),
  ),
  keeps(
    'a PersistentVolumeClaim keeps its spec',
    `${namespacePath}/persistentvolumeclaims`,
    claim,
    { spec: { accessModes: ['ReadWriteMany'] } },
    { spec: { resources: { requests: { storage: '2Gi' } } } },
    { spec: { storageClassName: 'other' } },
  ),
  refuses(
    'HorizontalPodAutoscalers',
    inNamespace('autoscaling/v2', 'horizontalpodautoscalers'),
    object('autoscaling/v2', 'HorizontalPodAutoscaler', { spec: {} }),
    object('autoscaling/v2', 'HorizontalPodAutoscaler', {
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'a' }, minReplicas: 5, maxReplicas: 2 },
    }),
    object('autoscaling/v2', 'HorizontalPodAutoscaler', {
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'a' }, minReplicas: 0, maxReplicas: 2 },
    }),
  ),
  refuses(
    'PodDisruptionBudgets',
    inNamespace('policy/v1', 'poddisruptionbudgets'),
    object('policy/v1', 'PodDisruptionBudget', { spec: { minAvailable: 1, maxUnavailable: 1 } }),
    object('policy/v1', 'PodDisruptionBudget', { spec: { minAvailable: -1 } }),
    object('policy/v1', 'PodDisruptionBudget', { spec: { minAvailable: '200%' } }),
    object('policy/v1', 'PodDisruptionBudget', { spec: { minAvailable: 'some' } }),
  ),
  refuses(
    'NetworkPolicies',
    inNamespace('networking.k8s.io/v1', 'networkpolicies'),
    object('networking.k8s.io/v1', 'NetworkPolicy', {
      spec: { podSelector: { matchLabels: { 'a b': 'c' } } },
    }),
    object('networking.k8s.io/v1', 'NetworkPolicy', { spec: { policyTypes: ['Sideways'] } }),
    object('networking.k8s.io/v1', 'NetworkPolicy', {
      spec: { ingress: [{ from: [{ ipBlock: { cidr: 'nonsense' } }] }] },
    }),
    object('networking.k8s.io/v1', 'NetworkPolicy', {
      spec: { ingress: [{ ports: [{ port: 70000 }] }] },
    }),
    object('networking.k8s.io/v1', 'NetworkPolicy', { spec: { ingress: [{ from: [{}] }] } }),
  ),
  refuses(
    'Roles and what binds them',
    inNamespace('rbac.authorization.k8s.io/v1', 'roles'),
    object('rbac.authorization.k8s.io/v1', 'Role', { rules: [{}] }),
    object('rbac.authorization.k8s.io/v1', 'Role', { rules: [{ verbs: ['get'] }] }),
    object('rbac.authorization.k8s.io/v1', 'Role', {
      rules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }],
    }),
    object('rbac.authorization.k8s.io/v1', 'Role', {}, 'a/b'),
  ),
  refuses(
    'RoleBindings',
    inNamespace('rbac.authorization.k8s.io/v1', 'rolebindings'),
    object('rbac.authorization.k8s.io/v1', 'RoleBinding', {}),
    object('rbac.authorization.k8s.io/v1', 'RoleBinding', {
      roleRef: { kind: 'Other', name: 'a' },
    }),
    object('rbac.authorization.k8s.io/v1', 'RoleBinding', {
      roleRef: { kind: 'Role', name: 'a' },
      subjects: [
        { kind: 'Robot', name: 'a' },
        { kind: 'ServiceAccount', name: 'b' },
      ],
    }),
  ),
  keeps(
    'a RoleBinding keeps its role',
    inNamespace('rbac.authorization.k8s.io/v1', 'rolebindings'),
    object('rbac.authorization.k8s.io/v1', 'RoleBinding', { roleRef: { kind: 'Role', name: 'a' } }),
    { roleRef: { name: 'b' } },
  ),
  {
    name: 'what cluster-wide kinds keep',
    pick: tidy,
    steps: [
      ...onClusterScope(
        '/apis/scheduling.k8s.io/v1/priorityclasses',
        object('scheduling.k8s.io/v1', 'PriorityClass', { value: 1 }, '{ns}-one'),
        { value: 2 },
        { preemptionPolicy: 'Never' },
      ),
      ...onClusterScope(
        '/apis/storage.k8s.io/v1/storageclasses',
        object('storage.k8s.io/v1', 'StorageClass', { provisioner: 'example.com/a' }, '{ns}-one'),
        { provisioner: 'example.com/b' },
        { parameters: { a: 'b' } },
        { reclaimPolicy: 'Retain' },
        { volumeBindingMode: 'WaitForFirstConsumer' },
      ),
      ...onClusterScope(
        '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
        object(
          'rbac.authorization.k8s.io/v1',
          'ClusterRoleBinding',
          { roleRef: { kind: 'ClusterRole', name: 'a' } },
          '{ns}-one',
        ),
        { roleRef: { name: 'b' } },
      ),
      ...onClusterScope(
        '/apis/networking.k8s.io/v1/ingressclasses',
        object(
          'networking.k8s.io/v1',
          'IngressClass',
          { spec: { controller: 'example.com/a' } },
          '{ns}-one',
        ),
        { spec: { controller: 'example.com/b' } },
      ),
    ],
  },
  refuses(
    'cluster-wide kinds',
    '/apis/scheduling.k8s.io/v1/priorityclasses',
    object('scheduling.k8s.io/v1', 'PriorityClass', { value: 2000000000 }, '{ns}-two'),
    object('scheduling.k8s.io/v1', 'PriorityClass', { value: 1 }, 'system-two'),
  ),
  refuses(
    'StorageClasses',
    '/apis/storage.k8s.io/v1/storageclasses',
    object('storage.k8s.io/v1', 'StorageClass', {}, '{ns}-two'),
    object(
      'storage.k8s.io/v1',
      'StorageClass',
      { provisioner: 'a', reclaimPolicy: 'Sell' },
      '{ns}-two',
    ),
  ),
  refuses(
    'names of Namespaces',
    '/api/v1/namespaces',
    object('v1', 'Namespace', {}, 'a.b'),
    object('v1', 'Namespace', {}, 'A'),
    object('v1', 'Namespace', {}, 'a'.repeat(64)),
  ),
  refuses(
    'webhook configurations',
    '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
    object(
      'admissionregistration.k8s.io/v1',
      'ValidatingWebhookConfiguration',
      {
        webhooks: [
          { name: 'a', clientConfig: {}, sideEffects: 'None', admissionReviewVersions: ['v1'] },
        ],
      },
      '{ns}-two',
    ),
    object(
      'admissionregistration.k8s.io/v1',
      'ValidatingWebhookConfiguration',
      {
        webhooks: [
          {
            name: 'a.b.c',
            clientConfig: { url: 'https://a.example' },
            sideEffects: 'Some',
            admissionReviewVersions: [],
          },
        ],
      },
      '{ns}-two',
    ),
  ),
];
