import type { ApiKind } from '../kubernetes-client.ts';

const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

export function fakeKind(name: string, plural: string, namespaced = true): ApiKind {
  const [kind = '', ...group] = name.split('.');
  return { kind, group: group.join('.'), plural, namespaced, versions: ['v1'], verbs };
}

export const fakeKinds: readonly ApiKind[] = [
  fakeKind('Namespace', 'namespaces', false),
  fakeKind('ConfigMap', 'configmaps'),
  fakeKind('Secret', 'secrets'),
  fakeKind('Service', 'services'),
  fakeKind('Pod', 'pods'),
  fakeKind('Event', 'events'),
  fakeKind('PersistentVolumeClaim', 'persistentvolumeclaims'),
  fakeKind('Deployment.apps', 'deployments'),
  fakeKind('ReplicaSet.apps', 'replicasets'),
  fakeKind('Job.batch', 'jobs'),
  fakeKind('Lease.coordination.k8s.io', 'leases'),
  fakeKind('HorizontalPodAutoscaler.autoscaling', 'horizontalpodautoscalers'),
  fakeKind('CustomResourceDefinition.apiextensions.k8s.io', 'customresourcedefinitions', false),
  fakeKind('ClusterRole.rbac.authorization.k8s.io', 'clusterroles', false),
];
