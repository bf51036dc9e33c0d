/** What is special about everything that is neither workload, pod nor service. */

import type { JsonObject } from '@trueup/diagnostics';

import { formatTime } from '../cluster/clock.ts';
import {
  setAutoscalerDefaults,
  setBindingDefaults,
  setClaimDefaults,
  setLimitRangeDefaults,
  setNamespaceDefaults,
  setNodeDefaults,
  setPriorityClassDefaults,
  setSecretDefaults,
  setStorageClassDefaults,
  setVolumeDefaults,
  setWebhookDefaults,
} from '../defaults/cluster-defaults.ts';
import {
  setEndpointSliceDefaults,
  setEndpointsDefaults,
  setIngressClassDefaults,
  setNetworkPolicyDefaults,
} from '../defaults/service-defaults.ts';
import { copyJson, type Draft, draftsIn, ensureDraft } from '../object/draft.ts';
import { readText } from '../object/read-fields.ts';
import { checkNamespaceName, checkPathSegment, checkSubdomain } from '../validation/names.ts';
import { validateCertificateRequest } from '../validation/validate-certificates.ts';
import {
  claimWarnings,
  keepClaim,
  keepIngressClass,
  keepPriority,
  keepRoleReference,
  keepStorageClass,
  validateAutoscaler,
  validateBinding,
  validateBudget,
  validateClaim,
  validatePriority,
  validateRole,
  validateStorageClass,
  validateVolume,
  validateWebhooks,
} from '../validation/validate-cluster-kinds.ts';
import {
  keepConfigMap,
  keepSecret,
  validateConfigMap,
  validateSecret,
} from '../validation/validate-configuration.ts';
import { validateLimitRange } from '../validation/validate-limit-range.ts';
import { validateIngress, validateNetworkPolicy } from '../validation/validate-network.ts';
import { checkClaimRanges } from './limit-ranges.ts';
import type { Strategy } from './strategy.ts';

const plain: Strategy = { nameRule: checkSubdomain, updatesBlindly: true };
const counted: Strategy = { ...plain, countsGenerations: true };
const rbac: Strategy = { ...plain, nameRule: checkPathSegment, createsOnUpdate: true };

/** A cluster cannot do without them. */
const immortal: readonly string[] = ['default', 'kube-system', 'kube-public'];

export const otherStrategies: Readonly<Record<string, Strategy>> = {
  '/namespaces': {
    ...plain,
    nameRule: checkNamespaceName,
    setDefaults: setNamespaceDefaults,
    prepare: prepareNamespace,
    forbidDelete: (value) =>
      immortal.includes(readText(value, 'metadata', 'name') ?? '')
        ? 'this namespace may not be deleted'
        : undefined,
    onDelete: (draft) => {
      ensureDraft(draft, 'status')['phase'] = 'Terminating';
      delete ensureDraft(draft, 'metadata')['deletionGracePeriodSeconds'];
    },
  },
  '/configmaps': { ...plain, validate: validateConfigMap, validateUpdate: keepConfigMap },
  '/secrets': {
    ...plain,
    setDefaults: setSecretDefaults,
    validate: validateSecret,
    validateUpdate: keepSecret,
  },
  '/serviceaccounts': { ...plain, returnsDeleted: true },
  '/resourcequotas': { ...plain, returnsDeleted: true },
  '/limitranges': {
    ...plain,
    setDefaults: setLimitRangeDefaults,
    createsOnUpdate: true,
    validate: validateLimitRange,
  },
  '/nodes': { ...plain, setDefaults: setNodeDefaults, admit: taintNode },
  '/events': { ...plain, createsOnUpdate: true },
  '/endpoints': { ...plain, setDefaults: setEndpointsDefaults, createsOnUpdate: true },
  '/persistentvolumeclaims': {
    ...plain,
    setDefaults: setClaimDefaults,
    admit: (draft, _old, cluster) => checkClaimRanges(draft, cluster),
    prepare: protect('kubernetes.io/pvc-protection'),
    returnsDeleted: true,
    warnings: claimWarnings,
    validate: validateClaim,
    validateUpdate: keepClaim,
  },
  '/persistentvolumes': {
    ...plain,
    setDefaults: setVolumeDefaults,
    prepare: (draft, old, { clock }) => {
      protect('kubernetes.io/pv-protection')(draft, old);
      const status = ensureDraft(draft, 'status');
      if (!old) status['lastPhaseTransitionTime'] = formatTime(clock.now());
    },
    returnsDeleted: true,
    validate: validateVolume,
  },
  'storage.k8s.io/storageclasses': {
    ...plain,
    setDefaults: setStorageClassDefaults,
    returnsDeleted: true,
    validate: validateStorageClass,
    validateUpdate: keepStorageClass,
  },
  'networking.k8s.io/ingresses': {
    ...counted,
    prepare: emptyStatus({ loadBalancer: {} }),
    validate: validateIngress,
  },
  'networking.k8s.io/ingressclasses': {
    ...counted,
    setDefaults: setIngressClassDefaults,
    validateUpdate: keepIngressClass,
  },
  'networking.k8s.io/networkpolicies': {
    ...counted,
    countsEmptyLists: true,
    setDefaults: setNetworkPolicyDefaults,
    validate: validateNetworkPolicy,
  },
  'discovery.k8s.io/endpointslices': { ...counted, setDefaults: setEndpointSliceDefaults },
  'coordination.k8s.io/leases': { ...plain, createsOnUpdate: true },
  'autoscaling/horizontalpodautoscalers': {
    ...plain,
    setDefaults: setAutoscalerDefaults,
    prepare: emptyStatus({ desiredReplicas: 0, currentMetrics: null }),
    validate: validateAutoscaler,
  },
  'policy/poddisruptionbudgets': {
    ...counted,
    updatesBlindly: false,
    prepare: emptyStatus({
      currentHealthy: 0,
      desiredHealthy: 0,
      disruptionsAllowed: 0,
      expectedPods: 0,
    }),
    validate: validateBudget,
  },
  'certificates.k8s.io/certificatesigningrequests': {
    ...plain,
    validateCreate: validateCertificateRequest,
  },
  'scheduling.k8s.io/priorityclasses': {
    ...counted,
    setDefaults: setPriorityClassDefaults,
    validate: validatePriority,
    validateUpdate: keepPriority,
  },
  'rbac.authorization.k8s.io/roles': { ...rbac, validate: validateRole(true) },
  'rbac.authorization.k8s.io/clusterroles': { ...rbac, validate: validateRole(false) },
  'rbac.authorization.k8s.io/rolebindings': {
    ...rbac,
    setDefaults: setBindingDefaults,
    validate: validateBinding(['Role', 'ClusterRole']),
    validateUpdate: keepRoleReference,
  },
  'rbac.authorization.k8s.io/clusterrolebindings': {
    ...rbac,
    setDefaults: setBindingDefaults,
    validate: validateBinding(['ClusterRole']),
    validateUpdate: keepRoleReference,
  },
  'admissionregistration.k8s.io/validatingwebhookconfigurations': {
    ...counted,
    setDefaults: setWebhookDefaults('validating'),
    validate: validateWebhooks,
  },
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': {
    ...counted,
    setDefaults: setWebhookDefaults('mutating'),
    validate: validateWebhooks,
  },
};

/** Nothing is put on a node before somebody says that it is ready. */
function taintNode(draft: Draft, old: JsonObject | undefined): void {
  if (old) return;
  const spec = ensureDraft(draft, 'spec');
  const key = 'node.kubernetes.io/not-ready';
  const taints = [...draftsIn(spec, 'taints')];
  if (taints.some((one) => one['key'] === key)) return;
  spec['taints'] = [...taints, { key, effect: 'NoSchedule' }];
}

function prepareNamespace(draft: Draft, old: JsonObject | undefined): void {
  if (old) {
    // Only the finalize endpoint changes these.
    draft['spec'] = copyJson(old['spec'] ?? {});
    return;
  }
  draft['status'] = { phase: 'Active' };
  const spec = ensureDraft(draft, 'spec');
  const finalizers = Array.isArray(spec['finalizers']) ? spec['finalizers'] : [];
  if (!finalizers.includes('kubernetes')) spec['finalizers'] = [...finalizers, 'kubernetes'];
}

/** Adds the finalizer that keeps what is in use. */
function protect(finalizer: string): (draft: Draft, old: JsonObject | undefined) => void {
  return (draft, old) => {
    if (old) return;
    draft['status'] = { phase: 'Pending' };
    const metadata = ensureDraft(draft, 'metadata');
    const present = Array.isArray(metadata['finalizers']) ? metadata['finalizers'] : [];
    if (!present.includes(finalizer)) metadata['finalizers'] = [...present, finalizer];
  };
}

function emptyStatus(status: Draft): NonNullable<Strategy['prepare']> {
  return (draft, old) => {
    if (!old) draft['status'] = structuredClone(status);
  };
}
