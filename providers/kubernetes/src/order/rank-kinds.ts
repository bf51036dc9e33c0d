import type { GroupKind } from './resource-kind.ts';

/**
 * The order within a wave: what others need to be there comes first. Kinds that nobody named come
 * after what configures a cluster and before what guards it, which is right for custom resources:
 * their definitions are accepted, and their webhooks do not object yet.
 */
const ranks: readonly (readonly string[])[] = [
  ['Namespace', 'CustomResourceDefinition', 'PriorityClass', 'RuntimeClass'],
  ['StorageClass', 'VolumeSnapshotClass', 'IngressClass', 'GatewayClass', 'ResourceQuota'],
  ['LimitRange', 'ServiceAccount', 'ClusterRole', 'Role'],
  ['ClusterRoleBinding', 'RoleBinding', 'PersistentVolume', 'NetworkPolicy'],
  ['ConfigMap', 'Secret', 'PersistentVolumeClaim'],
  ['Service', 'Endpoints', 'EndpointSlice'],
  ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Pod'],
  ['Job', 'CronJob'],
];
const unnamed = ranks.length;
const last: readonly (readonly string[])[] = [
  ['HorizontalPodAutoscaler', 'PodDisruptionBudget', 'Ingress', 'HTTPRoute', 'APIService'],
  [
    'ValidatingAdmissionPolicy',
    'ValidatingAdmissionPolicyBinding',
    'MutatingAdmissionPolicy',
    'MutatingAdmissionPolicyBinding',
    'ValidatingWebhookConfiguration',
    'MutatingWebhookConfiguration',
  ],
];

/** By kind alone: groups were renamed more often than kinds. */
export function rankOf({ group, kind }: GroupKind): number {
  if (isCustom(group)) return unnamed;
  const early = ranks.findIndex((kinds) => kinds.includes(kind));
  if (early >= 0) return early;
  const late = last.findIndex((kinds) => kinds.includes(kind));
  return late >= 0 ? unnamed + 1 + late : unnamed;
}

/** Built-in groups have no domain, or one of the project itself. */
function isCustom(group: string): boolean {
  return group.includes('.') && !group.endsWith('.k8s.io');
}
