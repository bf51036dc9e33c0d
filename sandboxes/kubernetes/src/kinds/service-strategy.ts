/** What is special about services: addresses and ports that only the server can give. */

import type { JsonObject } from '@trueup/diagnostics';

import type { Allocators } from '../cluster/allocators.ts';
import type { ClusterState } from '../cluster/cluster-state.ts';
import { setServiceDefaults } from '../defaults/service-defaults.ts';
import {
  copyJson,
  type Draft,
  defaultMember,
  draftAt,
  draftsIn,
  ensureDraft,
  fillMember,
} from '../object/draft.ts';
import { firstText, readNumber, readObjects, readText } from '../object/read-fields.ts';
import { checkDns1035 } from '../validation/names.ts';
import type { Strategy } from './strategy.ts';

export const serviceStrategy: Strategy = {
  nameRule: checkDns1035,
  setDefaults: setServiceDefaults,
  prepare: (draft, old, cluster) => {
    const spec = ensureDraft(draft, 'spec');
    if (old) keepAllocations(spec, old);
    allocate(spec, cluster);
    if (!old) draft['status'] = { loadBalancer: {} };
  },
  updatesBlindly: true,
  returnsDeleted: true,
};

/** A client that leaves out what was given to the service keeps it. */
function keepAllocations(spec: Draft, old: JsonObject): void {
  const { type } = spec;
  const before = readText(old, 'spec', 'type');
  if (type === 'ExternalName') {
    if (before !== 'ExternalName') releaseAddresses(spec, old);
    return;
  }
  if (before === 'ExternalName') return;
  for (const name of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const) {
    const value = toSpec(old)[name];
    if ((spec[name] === undefined || spec[name] === '') && value !== undefined) spec[name] = value;
  }
  if (!needsNodePorts(spec)) {
    if (needsNodePorts(toSpec(old))) releaseNodePorts(spec, old);
    return;
  }
  keepNodePorts(spec, old);
}

function toSpec(old: JsonObject): Draft {
  const spec = copyJson(old['spec'] ?? {});
  return typeof spec === 'object' && spec !== null && !Array.isArray(spec) ? spec : {};
}

function releaseAddresses(spec: Draft, old: JsonObject): void {
  for (const name of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) {
    if (JSON.stringify(spec[name]) === JSON.stringify(toSpec(old)[name])) delete spec[name];
  }
}

function releaseNodePorts(spec: Draft, old: JsonObject): void {
  const before = new Set(readObjects(old, 'spec', 'ports').map((port) => port['nodePort']));
  for (const port of draftsIn(spec, 'ports')) {
    if (before.has(port['nodePort'] ?? null)) delete port['nodePort'];
  }
}

function keepNodePorts(spec: Draft, old: JsonObject): void {
  const before = new Map(
    readObjects(old, 'spec', 'ports').map((port) => [
      `${port['protocol']}/${port['port']}`,
      port['nodePort'],
    ]),
  );
  for (const port of draftsIn(spec, 'ports')) {
    const known = before.get(`${port['protocol']}/${port['port']}`);
    if (port['nodePort'] === undefined && typeof known === 'number') port['nodePort'] = known;
  }
}

function allocate(spec: Draft, { allocators }: ClusterState): void {
  if (spec['type'] === 'ExternalName') return;
  if (firstText(readText(spec, 'clusterIP')) === '') spec['clusterIP'] = allocators.clusterIp();
  // Nobody gives addresses to a headless service without selector, so it may have any.
  const isOpen = spec['clusterIP'] === 'None' && !draftAt(spec, 'selector');
  defaultMember(spec, 'clusterIPs', [spec['clusterIP'] ?? '']);
  fillMember(spec, 'ipFamilyPolicy', isOpen ? 'RequireDualStack' : 'SingleStack');
  defaultMember(spec, 'ipFamilies', isOpen ? ['IPv4', 'IPv6'] : ['IPv4']);
  if (needsNodePorts(spec)) allocateNodePorts(spec, allocators);
}

function needsNodePorts(spec: Draft): boolean {
  const { type } = spec;
  return (
    type === 'NodePort' ||
    (type === 'LoadBalancer' && spec['allocateLoadBalancerNodePorts'] !== false)
  );
}

function allocateNodePorts(spec: Draft, allocators: Allocators): void {
  const ports = draftsIn(spec, 'ports');
  const own = new Set(ports.map((port) => readNumber(port, 'nodePort') ?? 0));
  const next = (): number => {
    const port = allocators.nodePort(own);
    own.add(port);
    return port;
  };
  for (const port of ports) {
    if ((readNumber(port, 'nodePort') ?? 0) === 0) port['nodePort'] = next();
  }
  const isLocal = spec['type'] === 'LoadBalancer' && spec['externalTrafficPolicy'] === 'Local';
  const isChecked = (readNumber(spec, 'healthCheckNodePort') ?? 0) !== 0;
  if (isLocal && !isChecked) spec['healthCheckNodePort'] = next();
}
