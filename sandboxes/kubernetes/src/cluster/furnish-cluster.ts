/** What a new cluster has before anybody asks for anything. */

import type { JsonObject } from '@trueup/diagnostics';

import { formatTime } from './clock.ts';
import type { Cluster } from './cluster.ts';

export function furnishCluster(
  cluster: Cluster,
  { nodes, systemUid }: { readonly nodes: number; readonly systemUid: string },
): void {
  const meta = (name: string, more: JsonObject = {}): JsonObject => ({
    name,
    uid: cluster.createUid(),
    creationTimestamp: formatTime(cluster.clock.now()),
    ...more,
  });
  for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system']) {
    const uid = name === 'kube-system' ? { uid: systemUid } : {};
    cluster.store.put('/namespaces', {
      metadata: meta(name, { ...uid, labels: { 'kubernetes.io/metadata.name': name } }),
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  }
  cluster.store.put('/services', {
    metadata: meta('kubernetes', {
      namespace: 'default',
      labels: { component: 'apiserver', provider: 'kubernetes' },
    }),
    spec: apiServerService,
    status: { loadBalancer: {} },
  });
  for (const [name, value] of priorities) {
    cluster.store.put('scheduling.k8s.io/priorityclasses', {
      metadata: meta(name, { generation: 1 }),
      value,
      preemptionPolicy: 'PreemptLowerPriority',
    });
  }
  for (let index = 1; index <= nodes; index += 1) {
    const name = `node-${index}`;
    cluster.store.put('/nodes', {
      metadata: meta(name, { labels: nodeLabels(name) }),
      ...node(cluster),
    });
  }
}

const apiServerService: JsonObject = {
  clusterIP: '10.96.0.1',
  clusterIPs: ['10.96.0.1'],
  internalTrafficPolicy: 'Cluster',
  ipFamilies: ['IPv4'],
  ipFamilyPolicy: 'SingleStack',
  ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
  sessionAffinity: 'None',
  type: 'ClusterIP',
};

const priorities: readonly (readonly [string, number])[] = [
  ['system-cluster-critical', 2_000_000_000],
  ['system-node-critical', 2_000_001_000],
];

function nodeLabels(name: string): JsonObject {
  return {
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
  };
}

function node({ clock }: Cluster): JsonObject {
  const now = formatTime(clock.now());
  const condition = (type: string, status: string, reason: string): JsonObject => ({
    type,
    status,
    reason,
    message: '',
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  });
  const capacity = { cpu: '64', memory: '256Gi', pods: '1k' };
  return {
    spec: {},
    status: {
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      allocatable: capacity,
      capacity,
      conditions: [
        condition('Ready', 'True', 'KubeletReady'),
        condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory'),
        condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure'),
        condition('PIDPressure', 'False', 'KubeletHasSufficientPID'),
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 0 } },
      nodeInfo: {
        architecture: 'amd64',
        bootID: '',
        containerRuntimeVersion: 'sandbox',
        kernelVersion: 'sandbox',
        kubeProxyVersion: 'sandbox',
        kubeletVersion: 'sandbox',
        machineID: '',
        operatingSystem: 'linux',
        osImage: '',
        systemUUID: '',
      },
      phase: 'Running',
    },
  };
}
