/** What the server sets in storage, access, scaling and admission. */

import {
  copyJson,
  type Draft,
  defaultMember,
  draftAt,
  draftsIn,
  ensureDraft,
  fillMember,
} from '../object/draft.ts';

export function setClaimDefaults(draft: Draft): void {
  defaultMember(ensureDraft(draft, 'status'), 'phase', 'Pending');
  defaultMember(ensureDraft(draft, 'spec'), 'volumeMode', 'Filesystem');
}

export function setVolumeDefaults(draft: Draft): void {
  defaultMember(ensureDraft(draft, 'status'), 'phase', 'Pending');
  const spec = ensureDraft(draft, 'spec');
  defaultMember(spec, 'persistentVolumeReclaimPolicy', 'Retain');
  defaultMember(spec, 'volumeMode', 'Filesystem');
  const hostPath = draftAt(spec, 'hostPath');
  if (hostPath) defaultMember(hostPath, 'type', '');
}

export function setNodeDefaults(draft: Draft): void {
  const status = draftAt(draft, 'status');
  if (status?.['capacity'] === undefined) return;
  defaultMember(status, 'allocatable', copyJson(status['capacity']));
}

export function setStorageClassDefaults(draft: Draft): void {
  defaultMember(draft, 'reclaimPolicy', 'Delete');
  defaultMember(draft, 'volumeBindingMode', 'Immediate');
}

export function setSecretDefaults(draft: Draft): void {
  defaultMember(draft, 'type', 'Opaque');
  const texts = draftAt(draft, 'stringData');
  if (!texts) return;
  const encoded = Object.entries(texts).map(([name, text]): [string, string] => [
    name,
    Buffer.from(typeof text === 'string' ? text : '').toString('base64'),
  ]);
  draft['data'] = { ...draftAt(draft, 'data'), ...Object.fromEntries(encoded) };
  delete draft['stringData'];
}

export function setNamespaceDefaults(draft: Draft): void {
  defaultMember(ensureDraft(draft, 'status'), 'phase', 'Active');
  const metadata = ensureDraft(draft, 'metadata');
  const { name } = metadata;
  if (typeof name === 'string' && name !== '') {
    ensureDraft(metadata, 'labels')['kubernetes.io/metadata.name'] = name;
  }
}

export function setLimitRangeDefaults(draft: Draft): void {
  for (const limit of draftsIn(draftAt(draft, 'spec'), 'limits')) {
    if (limit['type'] !== 'Container') continue;
    const [most, least] = [draftAt(limit, 'max'), draftAt(limit, 'min')];
    const fallback = ensureDraft(limit, 'default');
    const request = ensureDraft(limit, 'defaultRequest');
    copyAbsent(fallback, most);
    copyAbsent(request, fallback);
    copyAbsent(request, least);
    for (const name of ['default', 'defaultRequest']) {
      if (Object.keys(draftAt(limit, name) ?? {}).length === 0) delete limit[name];
    }
  }
}

function copyAbsent(target: Draft, source: Draft | undefined): void {
  for (const [name, value] of Object.entries(source ?? {})) {
    if (!Object.hasOwn(target, name)) target[name] = copyJson(value);
  }
}

export function setPriorityClassDefaults(draft: Draft): void {
  defaultMember(draft, 'preemptionPolicy', 'PreemptLowerPriority');
}

const rbacGroup = 'rbac.authorization.k8s.io';

export function setBindingDefaults(draft: Draft): void {
  const role = ensureDraft(draft, 'roleRef');
  fillMember(role, 'apiGroup', rbacGroup);
  for (const subject of draftsIn(draft, 'subjects')) {
    const isAccount = subject['kind'] === 'ServiceAccount';
    if (!isAccount) fillMember(subject, 'apiGroup', rbacGroup);
  }
}

export function setAutoscalerDefaults(draft: Draft): void {
  const spec = ensureDraft(draft, 'spec');
  defaultMember(spec, 'minReplicas', 1);
  if (draftsIn(spec, 'metrics').length === 0) {
    spec['metrics'] = [
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
      },
    ];
  }
  const behavior = draftAt(spec, 'behavior');
  if (!behavior) return;
  setScalingRules(ensureDraft(behavior, 'scaleUp'), 'up');
  setScalingRules(ensureDraft(behavior, 'scaleDown'), 'down');
}

function setScalingRules(rules: Draft, direction: 'up' | 'down'): void {
  defaultMember(rules, 'selectPolicy', 'Max');
  const percent = { type: 'Percent', value: 100, periodSeconds: 15 };
  if (direction === 'up') {
    defaultMember(rules, 'stabilizationWindowSeconds', 0);
    defaultMember(rules, 'policies', [{ type: 'Pods', value: 4, periodSeconds: 15 }, percent]);
  } else {
    defaultMember(rules, 'policies', [percent]);
  }
}

export function setWebhookDefaults(kind: 'validating' | 'mutating'): (draft: Draft) => void {
  return (draft) => {
    for (const hook of draftsIn(draft, 'webhooks')) setHookDefaults(hook, kind);
  };
}

function setHookDefaults(hook: Draft, kind: 'validating' | 'mutating'): void {
  defaultMember(hook, 'failurePolicy', 'Fail');
  defaultMember(hook, 'matchPolicy', 'Equivalent');
  defaultMember(hook, 'namespaceSelector', {});
  defaultMember(hook, 'objectSelector', {});
  defaultMember(hook, 'timeoutSeconds', 10);
  if (kind === 'mutating') defaultMember(hook, 'reinvocationPolicy', 'Never');
  const service = draftAt(hook, 'clientConfig', 'service');
  if (service) defaultMember(service, 'port', 443);
  for (const rule of draftsIn(hook, 'rules')) defaultMember(rule, 'scope', '*');
}
