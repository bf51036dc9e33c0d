/** Tables, which is how `kubectl get` shows objects. */

import type { Json } from '@trueup/diagnostics';

import type { Scenario, Step } from '../scenario.ts';
import {
  configMap,
  deployment,
  field,
  get,
  inNamespace,
  namespacePath,
  pod,
  post,
  silently,
  status,
  template,
} from './steps.ts';

const maps = `${namespacePath}/configmaps`;
const pods = `${namespacePath}/pods`;
const deployments = inNamespace('apps/v1', 'deployments');
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';

function asTable(path: string): Step {
  return { ...get(path), accept: table };
}

/** Without the descriptions of columns, and without what grows old. */
function pickTable(body: Json): Json | undefined {
  const { columnDefinitions, rows, kind } = body as {
    kind: string;
    columnDefinitions?: { name: string; type: string; format: string; priority: number }[];
    rows?: { cells: Json[] }[];
  };
  if (kind !== 'Table') return body;
  const ages = new Set(
    columnDefinitions?.flatMap(({ name }, index) => (name === 'Age' ? [index] : [])),
  );
  return {
    columns:
      columnDefinitions?.map(({ name, type, format, priority }) => [
        name,
        type,
        format,
        priority,
      ]) ?? null,
    rows:
      rows?.map(({ cells }) => cells.map((cell, index) => (ages.has(index) ? '<age>' : cell))) ??
      null,
  };
}

export const tableScenarios: readonly Scenario[] = [
  {
    name: 'a table of one object and of many',
    steps: [
      silently(post(maps, configMap('a', { x: '1', y: '2' }))),
      asTable(`${maps}/a`),
      asTable(maps),
      asTable(`${maps}?includeObject=None`),
      asTable(`${maps}?includeObject=Object`),
      { ...get(maps), accept: 'application/json;as=Table;v=v1beta1;g=meta.k8s.io' },
    ],
    pick: (body) => {
      const value = JSON.parse(JSON.stringify(body), (key, member) => {
        if (key === 'description') return undefined;
        return key === 'cells' ? member.slice(0, -1) : member;
      });
      return value as Json;
    },
  },
  {
    name: 'tables of workloads',
    pick: pickTable,
    steps: [
      silently(post(deployments, deployment('a', { replicas: 3 }))),
      status(deployments, 'a', {
        replicas: 3,
        updatedReplicas: 2,
        readyReplicas: 1,
        availableReplicas: 1,
      }),
      asTable(deployments),
      silently(
        post(inNamespace('apps/v1', 'replicasets'), {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          metadata: { name: 'a' },
          spec: { selector: { matchLabels: { app: 'web' } }, template },
        }),
      ),
      asTable(inNamespace('apps/v1', 'replicasets')),
      silently(
        post(inNamespace('apps/v1', 'statefulsets'), {
          apiVersion: 'apps/v1',
          kind: 'StatefulSet',
          metadata: { name: 'a' },
          spec: { serviceName: 'a', selector: { matchLabels: { app: 'web' } }, template },
        }),
      ),
      asTable(inNamespace('apps/v1', 'statefulsets')),
      silently(
        post(inNamespace('apps/v1', 'daemonsets'), {
          apiVersion: 'apps/v1',
          kind: 'DaemonSet',
          metadata: { name: 'a' },
          spec: {
            selector: { matchLabels: { app: 'web' } },
            template: {
              ...template,
              spec: {
                containers: [{ name: 'a', image: 'a' }],
                nodeSelector: { disk: 'ssd', arch: 'arm' },
              },
            },
          },
        }),
      ),
      asTable(inNamespace('apps/v1', 'daemonsets')),
      silently(
        post(inNamespace('batch/v1', 'jobs'), {
          apiVersion: 'batch/v1',
          kind: 'Job',
          metadata: { name: 'a' },
          spec: {
            parallelism: 2,
            template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'i' }] } },
          },
        }),
      ),
      asTable(inNamespace('batch/v1', 'jobs')),
      silently(
        post(inNamespace('batch/v1', 'cronjobs'), {
          apiVersion: 'batch/v1',
          kind: 'CronJob',
          metadata: { name: 'a' },
          spec: {
            schedule: '@daily',
            timeZone: 'Etc/UTC',
            suspend: true,
            jobTemplate: {
              spec: {
                template: {
                  spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'i' }] },
                },
              },
            },
          },
        }),
      ),
      asTable(inNamespace('batch/v1', 'cronjobs')),
      silently(
        post(`${namespacePath}/replicationcontrollers`, {
          apiVersion: 'v1',
          kind: 'ReplicationController',
          metadata: { name: 'a' },
          spec: { template },
        }),
      ),
      asTable(`${namespacePath}/replicationcontrollers`),
    ],
  },
  {
    name: 'tables of pods',
    pick: pickTable,
    steps: [
      silently(post(pods, pod('a'))),
      asTable(pods),
      status(pods, 'a', {
        phase: 'Running',
        podIP: '10.1.2.3',
        podIPs: [{ ip: '10.1.2.3' }],
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: [
          {
            name: 'a',
            ready: true,
            restartCount: 1,
            image: 'a',
            imageID: '',
            state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
          },
          {
            name: 'b',
            ready: false,
            restartCount: 0,
            image: 'b',
            imageID: '',
            state: { waiting: { reason: 'CrashLoopBackOff' } },
          },
        ],
      }),
      asTable(pods),
      status(pods, 'a', {
        phase: 'Failed',
        reason: null,
        containerStatuses: [
          {
            name: 'a',
            ready: false,
            restartCount: 0,
            image: 'a',
            imageID: '',
            state: { terminated: { exitCode: 2, reason: 'Error' } },
          },
          {
            name: 'b',
            ready: false,
            restartCount: 0,
            image: 'b',
            imageID: '',
            state: { terminated: { exitCode: 3 } },
          },
        ],
      }),
      asTable(pods),
    ],
  },
  {
    name: 'tables of services and what leads to them',
    pick: (body) => {
      const picked = pickTable(body);
      return JSON.parse(JSON.stringify(picked).replace(/:3\d{4}\//g, ':<port>/')) as Json;
    },
    steps: [
      silently(
        post(`${namespacePath}/services`, {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'a' },
          spec: {
            selector: { app: 'web', b: 'c' },
            ports: [
              { name: 'x', port: 80 },
              { name: 'y', port: 53, protocol: 'UDP' },
            ],
          },
        }),
      ),
      silently(
        post(`${namespacePath}/services`, {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'b' },
          spec: { type: 'NodePort', ports: [{ port: 80 }] },
        }),
      ),
      silently(
        post(`${namespacePath}/services`, {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'c' },
          spec: { type: 'ExternalName', externalName: 'example.com' },
        }),
      ),
      silently(
        post(`${namespacePath}/services`, {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'd' },
          spec: { type: 'LoadBalancer', ports: [{ port: 443 }] },
        }),
      ),
      silently(
        post(`${namespacePath}/services`, {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'e' },
          spec: { clusterIP: 'None' },
        }),
      ),
      asTable(`${namespacePath}/services`),
      silently(
        post(inNamespace('networking.k8s.io/v1', 'ingresses'), {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'Ingress',
          metadata: { name: 'a' },
          spec: {
            ingressClassName: 'nginx',
            tls: [{ hosts: ['a.example'] }],
            rules: [{ host: 'a.example' }, { host: 'b.example' }],
          },
        }),
      ),
      silently(
        post(inNamespace('networking.k8s.io/v1', 'ingresses'), {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'Ingress',
          metadata: { name: 'b' },
          spec: { defaultBackend: { service: { name: 'a', port: { number: 80 } } } },
        }),
      ),
      asTable(inNamespace('networking.k8s.io/v1', 'ingresses')),
      silently(
        post(inNamespace('networking.k8s.io/v1', 'networkpolicies'), {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'NetworkPolicy',
          metadata: { name: 'a' },
          spec: { podSelector: { matchLabels: { a: 'b' } } },
        }),
      ),
      asTable(inNamespace('networking.k8s.io/v1', 'networkpolicies')),
      silently(
        post(`${namespacePath}/endpoints`, {
          apiVersion: 'v1',
          kind: 'Endpoints',
          metadata: { name: 'a' },
          subsets: [{ addresses: [{ ip: '10.1.2.3' }, { ip: '10.1.2.4' }], ports: [{ port: 80 }] }],
        }),
      ),
      asTable(`${namespacePath}/endpoints`),
      silently(
        post(inNamespace('discovery.k8s.io/v1', 'endpointslices'), {
          apiVersion: 'discovery.k8s.io/v1',
          kind: 'EndpointSlice',
          metadata: { name: 'a' },
          addressType: 'IPv4',
          ports: [{ port: 80 }],
          endpoints: [{ addresses: ['10.1.2.3'] }],
        }),
      ),
      asTable(
        `${inNamespace('discovery.k8s.io/v1', 'endpointslices')}?${field('metadata.name=a')}`,
      ),
    ],
  },
  {
    name: 'tables of configuration and access',
    pick: pickTable,
    steps: [
      silently(post(maps, configMap('a', { x: '1' }))),
      asTable(maps),
      silently(
        post(`${namespacePath}/secrets`, {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'a' },
          stringData: { x: '1' },
        }),
      ),
      asTable(`${namespacePath}/secrets`),
      silently(
        post(`${namespacePath}/serviceaccounts`, {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { name: 'a' },
        }),
      ),
      asTable(`${namespacePath}/serviceaccounts/a`),
      silently(
        post(inNamespace('rbac.authorization.k8s.io/v1', 'rolebindings'), {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'RoleBinding',
          metadata: { name: 'a' },
          roleRef: { kind: 'ClusterRole', name: 'view' },
          subjects: [
            { kind: 'User', name: 'u' },
            { kind: 'Group', name: 'g' },
            { kind: 'ServiceAccount', name: 's', namespace: 'n' },
          ],
        }),
      ),
      asTable(inNamespace('rbac.authorization.k8s.io/v1', 'rolebindings')),
      silently(
        post(inNamespace('rbac.authorization.k8s.io/v1', 'roles'), {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'Role',
          metadata: { name: 'a' },
        }),
      ),
      asTable(inNamespace('rbac.authorization.k8s.io/v1', 'roles')),
      asTable('/api/v1/namespaces/{ns}'),
      silently(
        post(inNamespace('coordination.k8s.io/v1', 'leases'), {
          apiVersion: 'coordination.k8s.io/v1',
          kind: 'Lease',
          metadata: { name: 'a' },
          spec: { holderIdentity: 'me' },
        }),
      ),
      asTable(inNamespace('coordination.k8s.io/v1', 'leases')),
      silently(
        post(`${namespacePath}/resourcequotas`, {
          apiVersion: 'v1',
          kind: 'ResourceQuota',
          metadata: { name: 'a' },
          spec: { hard: { pods: '3', 'limits.cpu': '2', cpu: '1' } },
        }),
      ),
      asTable(`${namespacePath}/resourcequotas`),
      silently(
        post(`${namespacePath}/limitranges`, {
          apiVersion: 'v1',
          kind: 'LimitRange',
          metadata: { name: 'a' },
          spec: { limits: [] },
        }),
      ),
      asTable(`${namespacePath}/limitranges`),
      silently(
        post('/apis/scheduling.k8s.io/v1/priorityclasses', {
          apiVersion: 'scheduling.k8s.io/v1',
          kind: 'PriorityClass',
          metadata: { name: '{ns}-p' },
          value: 7,
        }),
      ),
      asTable('/apis/scheduling.k8s.io/v1/priorityclasses/{ns}-p'),
    ],
  },
  {
    name: 'tables of storage and scaling',
    pick: pickTable,
    steps: [
      silently(
        post(`${namespacePath}/persistentvolumeclaims`, {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: { name: 'a' },
          spec: {
            storageClassName: 'fast',
            accessModes: ['ReadWriteOnce', 'ReadOnlyMany'],
            resources: { requests: { storage: '1Gi' } },
          },
        }),
      ),
      asTable(`${namespacePath}/persistentvolumeclaims`),
      silently(
        post('/api/v1/persistentvolumes', {
          apiVersion: 'v1',
          kind: 'PersistentVolume',
          metadata: { name: '{ns}-v' },
          spec: {
            capacity: { storage: '1Gi' },
            accessModes: ['ReadWriteMany'],
            hostPath: { path: '/x' },
            storageClassName: 'slow',
          },
        }),
      ),
      asTable('/api/v1/persistentvolumes/{ns}-v'),
      silently(
        post('/apis/storage.k8s.io/v1/storageclasses', {
          apiVersion: 'storage.k8s.io/v1',
          kind: 'StorageClass',
          metadata: { name: '{ns}-s' },
          provisioner: 'example.com/x',
        }),
      ),
      asTable('/apis/storage.k8s.io/v1/storageclasses/{ns}-s'),
      silently(
        post(inNamespace('autoscaling/v2', 'horizontalpodautoscalers'), {
          apiVersion: 'autoscaling/v2',
          kind: 'HorizontalPodAutoscaler',
          metadata: { name: 'a' },
          spec: {
            minReplicas: 2,
            maxReplicas: 5,
            scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' },
          },
        }),
      ),
      asTable(inNamespace('autoscaling/v2', 'horizontalpodautoscalers')),
      silently(
        post(inNamespace('policy/v1', 'poddisruptionbudgets'), {
          apiVersion: 'policy/v1',
          kind: 'PodDisruptionBudget',
          metadata: { name: 'a' },
          spec: { maxUnavailable: 1 },
        }),
      ),
      asTable(inNamespace('policy/v1', 'poddisruptionbudgets')),
    ],
  },
];
