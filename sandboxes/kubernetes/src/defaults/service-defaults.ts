/** What the server sets in services and what leads to them. */

import { type Draft, defaultMember, draftAt, draftsIn, ensureDraft } from '../object/draft.ts';

export function setServiceDefaults(draft: Draft): void {
  const spec = ensureDraft(draft, 'spec');
  defaultMember(spec, 'sessionAffinity', 'None');
  if (spec['sessionAffinity'] === 'None') delete spec['sessionAffinityConfig'];
  if (spec['sessionAffinity'] === 'ClientIP') {
    const config = ensureDraft(ensureDraft(spec, 'sessionAffinityConfig'), 'clientIP');
    defaultMember(config, 'timeoutSeconds', 10_800);
  }
  defaultMember(spec, 'type', 'ClusterIP');
  for (const port of draftsIn(spec, 'ports')) {
    defaultMember(port, 'protocol', 'TCP');
    const { targetPort } = port;
    if (targetPort === undefined || targetPort === 0 || targetPort === '') {
      port['targetPort'] = port['port'] ?? 0;
    }
  }
  const { type } = spec;
  const isReachable = type === 'NodePort' || type === 'LoadBalancer';
  if (isReachable) defaultMember(spec, 'externalTrafficPolicy', 'Cluster');
  if (isReachable || type === 'ClusterIP') defaultMember(spec, 'internalTrafficPolicy', 'Cluster');
  if (type === 'LoadBalancer') defaultMember(spec, 'allocateLoadBalancerNodePorts', true);
}

export function setIngressClassDefaults(draft: Draft): void {
  const parameters = draftAt(draft, 'spec', 'parameters');
  if (parameters) defaultMember(parameters, 'scope', 'Cluster');
}

export function setNetworkPolicyDefaults(draft: Draft): void {
  const spec = ensureDraft(draft, 'spec');
  const types = spec['policyTypes'];
  if (!Array.isArray(types) || types.length === 0) {
    const hasEgress = Array.isArray(spec['egress']) && spec['egress'].length > 0;
    spec['policyTypes'] = hasEgress ? ['Ingress', 'Egress'] : ['Ingress'];
  }
  for (const direction of ['ingress', 'egress']) {
    for (const rule of draftsIn(spec, direction)) {
      for (const port of draftsIn(rule, 'ports')) defaultMember(port, 'protocol', 'TCP');
    }
  }
}

export function setEndpointSliceDefaults(draft: Draft): void {
  for (const port of draftsIn(draft, 'ports')) {
    defaultMember(port, 'name', '');
    defaultMember(port, 'protocol', 'TCP');
  }
}

export function setEndpointsDefaults(draft: Draft): void {
  for (const subset of draftsIn(draft, 'subsets')) {
    for (const port of draftsIn(subset, 'ports')) defaultMember(port, 'protocol', 'TCP');
  }
}
