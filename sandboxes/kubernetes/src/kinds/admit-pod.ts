/** What admission sets in new pods, or refuses. Nobody owns what it sets. */

import type { JsonObject } from '@trueup/diagnostics';

import type { ClusterState } from '../cluster/cluster-state.ts';
import { forbidden } from '../http/api-error.ts';
import { type Draft, defaultMember, draftsIn, ensureDraft, fillMember } from '../object/draft.ts';
import { readFlag, readText } from '../object/read-fields.ts';
import { checkPodRanges, fillFromRanges } from './limit-ranges.ts';

/**
 * @throws ApiError 403 when the pod names an account or a priority that is not there, or lies outside
 * of a range of limits.
 */
export function admitPod(draft: Draft, cluster: ClusterState): void {
  const spec = ensureDraft(draft, 'spec');
  const name = readText(draft, 'metadata', 'name') ?? '';
  const refuse: Refuse = (why) => {
    throw forbidden({ group: '', resource: 'pods' }, name, why);
  };
  fillFromRanges(draft, cluster);
  setPriority(spec, cluster, refuse);
  setAccount(spec, cluster, { namespace: readText(draft, 'metadata', 'namespace') ?? '', refuse });
  setTolerations(spec);
  checkPodRanges(draft, cluster);
}

type Refuse = (why: string) => never;

function setPriority(spec: Draft, { store }: ClusterState, refuse: Refuse): void {
  const name = readText(spec, 'priorityClassName') ?? '';
  const resource = 'scheduling.k8s.io/priorityclasses';
  const known = name === '' ? undefined : store.get({ resource, namespace: '', name });
  if (name !== '' && !known) refuse(`no PriorityClass with name ${name} was found`);
  const priority = known && store.valueOf(known)['value'];
  const policy = known && store.valueOf(known)['preemptionPolicy'];
  defaultMember(spec, 'priority', typeof priority === 'number' ? priority : 0);
  const fallback = 'PreemptLowerPriority';
  defaultMember(spec, 'preemptionPolicy', typeof policy === 'string' ? policy : fallback);
}

/** How long a pod stays on a node that has gone. */
const patienceSeconds = 300;

function setTolerations(spec: Draft): void {
  const tolerations = [...draftsIn(spec, 'tolerations')];
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
    if (tolerations.some((one) => tolerates(one, key))) continue;
    tolerations.push({
      key,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: patienceSeconds,
    });
  }
  spec['tolerations'] = tolerations;
}

function tolerates(toleration: Draft, key: string): boolean {
  const { key: own, effect } = toleration;
  const isEveryKey = own === undefined && toleration['operator'] === 'Exists';
  return (own === key || isEveryKey) && (effect === undefined || effect === 'NoExecute');
}

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Without controllers there are no accounts, and a server does without this admission. */
function setAccount(
  spec: Draft,
  { store, randomSuffix }: ClusterState,
  { namespace, refuse }: { readonly namespace: string; readonly refuse: Refuse },
): void {
  const find = (account: string): JsonObject | undefined => {
    const stored = store.get({ resource: '/serviceaccounts', namespace, name: account });
    return stored && store.valueOf(stored);
  };
  if (!find('default')) return;
  fillMember(spec, 'serviceAccountName', 'default');
  const name = readText(spec, 'serviceAccountName') ?? '';
  spec['serviceAccount'] = name;
  if (!find(name)) {
    const subject = `${namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`;
    refuse(`error looking up service account ${subject}`);
  }
  const mounts =
    readFlag(spec, 'automountServiceAccountToken') ??
    readFlag(find(name), 'automountServiceAccountToken');
  if (mounts !== false) mountToken(spec, `kube-api-access-${randomSuffix(5)}`);
}

function mountToken(spec: Draft, name: string): void {
  const containers = ['initContainers', 'containers'].flatMap((list) => draftsIn(spec, list));
  const without = containers.filter((one) => !hasMount(one));
  if (without.length === 0) return;
  for (const container of without) {
    container['volumeMounts'] = [
      ...draftsIn(container, 'volumeMounts'),
      { name, mountPath: tokenPath, readOnly: true },
    ];
  }
  spec['volumes'] = [...draftsIn(spec, 'volumes'), tokenVolume(name)];
}

function hasMount(container: Draft): boolean {
  return draftsIn(container, 'volumeMounts').some((one) => one['mountPath'] === tokenPath);
}

function tokenVolume(name: string): Draft {
  const reference = { apiVersion: 'v1', fieldPath: 'metadata.namespace' };
  return {
    name,
    projected: {
      defaultMode: 420,
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: reference }] } },
      ],
    },
  };
}
