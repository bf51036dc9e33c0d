/** What the server adds to objects of the built-in kinds, and in which form it writes them back. */

import type { JsonObject } from '@trueup/diagnostics';

import type { Scenario, Step } from '../scenario.ts';
import { deployment, inNamespace, namespacePath, post, template } from './steps.ts';

function object(apiVersion: string, kind: string, rest: JsonObject, name = 'one'): JsonObject {
  return { apiVersion, kind, metadata: { name }, ...rest };
}

function creates(name: string, ...steps: readonly Step[]): Scenario {
  return { name, steps };
}

const selector = { matchLabels: { app: 'web' } };
const deployments = inNamespace('apps/v1', 'deployments');
const services = `${namespacePath}/services`;

function service(spec: JsonObject): JsonObject {
  return object('v1', 'Service', { spec });
}

export const defaultScenarios: readonly Scenario[] = [
  creates('defaults of a Deployment', post(deployments, deployment('one'))),
  creates(
    'defaults of a Deployment that recreates',
    post(
      deployments,
      deployment('one', { strategy: { type: 'Recreate' }, replicas: 0, paused: false }),
    ),
  ),
  creates(
    'defaults of a Deployment with half a strategy',
    post(
      deployments,
      deployment('one', { strategy: { rollingUpdate: { maxSurge: 1 } }, revisionHistoryLimit: 0 }),
    ),
  ),
  creates(
    'defaults of a StatefulSet',
    post(
      inNamespace('apps/v1', 'statefulsets'),
      object('apps/v1', 'StatefulSet', {
        spec: {
          selector,
          serviceName: 'web',
          template,
          volumeClaimTemplates: [
            {
              metadata: { name: 'data' },
              spec: {
                accessModes: ['ReadWriteOnce'],
                resources: { requests: { storage: '1024Mi' } },
              },
            },
          ],
        },
      }),
    ),
  ),
  creates(
    'defaults of a DaemonSet',
    post(
      inNamespace('apps/v1', 'daemonsets'),
      object('apps/v1', 'DaemonSet', { spec: { selector, template } }),
    ),
  ),
  creates(
    'defaults of a DaemonSet that nobody updates',
    post(
      inNamespace('apps/v1', 'daemonsets'),
      object('apps/v1', 'DaemonSet', {
        spec: { selector, template, updateStrategy: { type: 'OnDelete', rollingUpdate: {} } },
      }),
    ),
  ),
  creates(
    'defaults of a ReplicaSet',
    post(
      inNamespace('apps/v1', 'replicasets'),
      object('apps/v1', 'ReplicaSet', { spec: { selector, template } }),
    ),
  ),
  creates(
    'defaults of a Job',
    post(
      inNamespace('batch/v1', 'jobs'),
      object('batch/v1', 'Job', {
        spec: {
          template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] } },
        },
      }),
    ),
  ),
  creates(
    'defaults of a Job that says its selector',
    post(
      inNamespace('batch/v1', 'jobs'),
      object('batch/v1', 'Job', {
        spec: {
          manualSelector: true,
          selector,
          parallelism: 2,
          completions: 3,
          completionMode: 'Indexed',
          template: {
            metadata: { labels: { app: 'web' } },
            spec: { restartPolicy: 'OnFailure', containers: [{ name: 'a', image: 'a' }] },
          },
        },
      }),
    ),
  ),
  creates(
    'defaults of a CronJob',
    post(
      inNamespace('batch/v1', 'cronjobs'),
      object('batch/v1', 'CronJob', {
        spec: {
          schedule: '*/5 * * * *',
          jobTemplate: {
            spec: {
              template: {
                spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] },
              },
            },
          },
        },
      }),
    ),
  ),
  creates(
    'defaults of a Service',
    post(services, service({ selector: { app: 'web' }, ports: [{ port: 80 }] })),
  ),
  creates(
    'defaults of a Service with named ports',
    post(
      services,
      service({
        ports: [
          { name: 'a', port: 80, targetPort: 'http' },
          { name: 'b', port: 53, protocol: 'UDP' },
        ],
      }),
    ),
  ),
  creates(
    'defaults of a NodePort Service',
    post(services, service({ type: 'NodePort', ports: [{ port: 80, targetPort: 8080 }] })),
  ),
  creates(
    'defaults of a LoadBalancer Service',
    post(
      services,
      service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports: [{ port: 80 }] }),
    ),
  ),
  creates(
    'defaults of a headless Service',
    post(services, service({ clusterIP: 'None', ports: [{ port: 80 }] })),
  ),
  creates(
    'defaults of an ExternalName Service',
    post(services, service({ type: 'ExternalName', externalName: 'example.com' })),
  ),
  creates(
    'defaults of a sticky Service',
    post(services, service({ sessionAffinity: 'ClientIP', ports: [{ port: 80 }] })),
  ),
  creates(
    'defaults of an Ingress',
    post(
      inNamespace('networking.k8s.io/v1', 'ingresses'),
      object('networking.k8s.io/v1', 'Ingress', {
        spec: {
          rules: [
            {
              host: 'a.example',
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
    ),
  ),
  creates(
    'defaults of a NetworkPolicy',
    post(
      inNamespace('networking.k8s.io/v1', 'networkpolicies'),
      object('networking.k8s.io/v1', 'NetworkPolicy', {
        spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] },
      }),
    ),
    post(
      inNamespace('networking.k8s.io/v1', 'networkpolicies'),
      object(
        'networking.k8s.io/v1',
        'NetworkPolicy',
        {
          spec: { podSelector: selector, egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] },
        },
        'two',
      ),
    ),
  ),
  creates(
    'defaults of a PersistentVolumeClaim',
    post(
      `${namespacePath}/persistentvolumeclaims`,
      object('v1', 'PersistentVolumeClaim', {
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      }),
    ),
    post(
      `${namespacePath}/persistentvolumeclaims`,
      object(
        'v1',
        'PersistentVolumeClaim',
        {
          spec: {
            accessModes: ['ReadWriteMany'],
            storageClassName: '',
            resources: { requests: { storage: '1.5Gi' } },
          },
        },
        'two',
      ),
    ),
  ),
  creates(
    'defaults of a PersistentVolume',
    post(
      '/api/v1/persistentvolumes',
      object(
        'v1',
        'PersistentVolume',
        {
          spec: {
            capacity: { storage: '1Gi' },
            accessModes: ['ReadWriteOnce'],
            hostPath: { path: '/tmp' },
          },
        },
        '{ns}-volume',
      ),
    ),
  ),
  creates(
    'defaults of a HorizontalPodAutoscaler',
    post(
      inNamespace('autoscaling/v2', 'horizontalpodautoscalers'),
      object('autoscaling/v2', 'HorizontalPodAutoscaler', {
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
          maxReplicas: 3,
          metrics: [
            {
              type: 'Resource',
              resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
            },
          ],
          behavior: { scaleDown: { stabilizationWindowSeconds: 60 } },
        },
      }),
    ),
    post(
      inNamespace('autoscaling/v2', 'horizontalpodautoscalers'),
      object(
        'autoscaling/v2',
        'HorizontalPodAutoscaler',
        {
          spec: {
            scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
            maxReplicas: 2,
          },
        },
        'two',
      ),
    ),
  ),
  creates(
    'defaults of a PodDisruptionBudget',
    post(
      inNamespace('policy/v1', 'poddisruptionbudgets'),
      object('policy/v1', 'PodDisruptionBudget', { spec: { minAvailable: '50%', selector } }),
    ),
  ),
  creates(
    'defaults of RBAC kinds',
    post(
      inNamespace('rbac.authorization.k8s.io/v1', 'roles'),
      object('rbac.authorization.k8s.io/v1', 'Role', {
        rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
      }),
    ),
    post(
      inNamespace('rbac.authorization.k8s.io/v1', 'roles'),
      object('rbac.authorization.k8s.io/v1', 'Role', {}, 'two'),
    ),
    post(
      inNamespace('rbac.authorization.k8s.io/v1', 'rolebindings'),
      object('rbac.authorization.k8s.io/v1', 'RoleBinding', {
        roleRef: { kind: 'Role', name: 'one' },
        subjects: [
          { kind: 'ServiceAccount', name: 'a', namespace: 'b' },
          { kind: 'User', name: 'c' },
          { kind: 'Group', name: 'd' },
        ],
      }),
    ),
    post(
      '/apis/rbac.authorization.k8s.io/v1/clusterroles',
      object(
        'rbac.authorization.k8s.io/v1',
        'ClusterRole',
        { rules: [{ nonResourceURLs: ['/healthz'], verbs: ['get'] }] },
        '{ns}-role',
      ),
    ),
    post(
      '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
      object(
        'rbac.authorization.k8s.io/v1',
        'ClusterRoleBinding',
        {
          roleRef: {
            apiGroup: 'rbac.authorization.k8s.io',
            kind: 'ClusterRole',
            name: '{ns}-role',
          },
        },
        '{ns}-binding',
      ),
    ),
  ),
  creates(
    'a ServiceAccount, a ConfigMap and a Secret as they are written',
    post(
      `${namespacePath}/serviceaccounts`,
      object('v1', 'ServiceAccount', { automountServiceAccountToken: false }),
    ),
    post(
      `${namespacePath}/configmaps`,
      object('v1', 'ConfigMap', {
        data: { a: '', b: 'x\ny' },
        binaryData: { c: 'AAEC' },
        immutable: true,
      }),
    ),
    post(`${namespacePath}/configmaps`, object('v1', 'ConfigMap', { data: {} }, 'two')),
    post(
      `${namespacePath}/secrets`,
      object('v1', 'Secret', { stringData: { a: 'b' }, data: { c: 'ZA==' } }),
    ),
    post(
      `${namespacePath}/secrets`,
      object(
        'v1',
        'Secret',
        { type: 'kubernetes.io/basic-auth', stringData: { username: 'u', password: 'p' } },
        'two',
      ),
    ),
  ),
  creates(
    'a Namespace as it is written',
    post('/api/v1/namespaces', object('v1', 'Namespace', {}, '{ns}-more')),
  ),
  creates(
    'defaults of quota, limits and priority',
    post(
      `${namespacePath}/resourcequotas`,
      object('v1', 'ResourceQuota', { spec: { hard: { cpu: '1000m', pods: 10 } } }),
    ),
    post(
      `${namespacePath}/limitranges`,
      object('v1', 'LimitRange', {
        spec: { limits: [{ type: 'Container', max: { cpu: '2' }, min: { cpu: '100m' } }] },
      }),
    ),
    post(
      '/apis/scheduling.k8s.io/v1/priorityclasses',
      object('scheduling.k8s.io/v1', 'PriorityClass', { value: 100 }, '{ns}-priority'),
    ),
  ),
  creates(
    'defaults of a StorageClass and an IngressClass',
    post(
      '/apis/storage.k8s.io/v1/storageclasses',
      object(
        'storage.k8s.io/v1',
        'StorageClass',
        { provisioner: 'example.com/disks' },
        '{ns}-disks',
      ),
    ),
    post(
      '/apis/networking.k8s.io/v1/ingressclasses',
      object(
        'networking.k8s.io/v1',
        'IngressClass',
        {
          spec: {
            controller: 'example.com/ingress',
            parameters: { apiGroup: 'example.com', kind: 'Parameters', name: 'one' },
          },
        },
        '{ns}-class',
      ),
    ),
  ),
  creates(
    'defaults of webhook configurations',
    post(
      '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
      object(
        'admissionregistration.k8s.io/v1',
        'ValidatingWebhookConfiguration',
        {
          webhooks: [
            {
              name: 'check.example.com',
              admissionReviewVersions: ['v1'],
              sideEffects: 'None',
              clientConfig: { service: { name: 'hooks', namespace: 'none' } },
              rules: [
                {
                  apiGroups: ['none.example.com'],
                  apiVersions: ['v1'],
                  operations: ['CREATE'],
                  resources: ['nothings'],
                },
              ],
            },
          ],
        },
        '{ns}-validating',
      ),
    ),
    post(
      '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
      object(
        'admissionregistration.k8s.io/v1',
        'MutatingWebhookConfiguration',
        {
          webhooks: [
            {
              name: 'change.example.com',
              admissionReviewVersions: ['v1'],
              sideEffects: 'None',
              clientConfig: { url: 'https://hooks.example/' },
              rules: [
                {
                  apiGroups: ['none.example.com'],
                  apiVersions: ['v1'],
                  operations: ['CREATE'],
                  resources: ['nothings'],
                },
              ],
            },
          ],
        },
        '{ns}-mutating',
      ),
    ),
  ),
  creates(
    'a Lease, an Event, an EndpointSlice and Endpoints as they are written',
    post(
      inNamespace('coordination.k8s.io/v1', 'leases'),
      object('coordination.k8s.io/v1', 'Lease', {
        spec: {
          holderIdentity: 'a',
          leaseDurationSeconds: 15,
          renewTime: '2026-01-02T03:04:05.678901Z',
        },
      }),
    ),
    post(
      `${namespacePath}/events`,
      object('v1', 'Event', {
        involvedObject: { kind: 'Pod', name: 'web', namespace: '{ns}' },
        reason: 'Started',
        message: 'started',
        type: 'Normal',
        count: 1,
      }),
    ),
    post(
      inNamespace('discovery.k8s.io/v1', 'endpointslices'),
      object('discovery.k8s.io/v1', 'EndpointSlice', {
        addressType: 'IPv4',
        ports: [{ port: 80 }],
        endpoints: [{ addresses: ['10.1.2.3'] }],
      }),
    ),
    post(
      `${namespacePath}/endpoints`,
      object('v1', 'Endpoints', {
        subsets: [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ port: 80 }] }],
      }),
    ),
  ),
  creates(
    'defaults of a ReplicationController and a PodTemplate',
    post(
      `${namespacePath}/replicationcontrollers`,
      object('v1', 'ReplicationController', { spec: { template } }),
    ),
    post(`${namespacePath}/podtemplates`, object('v1', 'PodTemplate', { template })),
  ),
];
