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
import { firstText, readNumber, readObject, readObjects, readText } from '../object/read-fields.ts';
import { isSameJson } from '../object/same-json.ts';
import { checkDns1035 } from '../validation/names.ts';
import {
  keepService,
  validateAllocations,
  validateService,
} from '../validation/validate-network.ts';
import type { Strategy } from './strategy.ts';

export const serviceStrategy: Strategy = {
  createsOnUpdate: true,
  nameRule: checkDns1035,
  setDefaults: setServiceDefaults,
  validateCreate: validateAllocations,
  validate: validateService,
  validateUpdate: keepService,
  prepare: (draft, old, cluster) => {
    const spec = ensureDraft(draft, 'spec');
    if (old) keepAllocations(spec, old);
    allocate(spec, cluster);
    if (!old) draft['status'] = { loadBalancer: {} };
  },
  updatesBlindly: true,
  returnsDeleted: true,
};

/**
 * A client that leaves out what was given to the service keeps it, and one that changes the type loses
 * what only the old type had, unless it asks for something else.
 */
function keepAllocations(spec: Draft, old: JsonObject): void {
  const before = readObject(old, 'spec');
  for (const { names, isFor } of dependent) {
    if (isFor(before) && isFor(spec)) keepMembers(spec, before, names);
    else if (isFor(before)) dropMembers(spec, before, names);
  }
  if (needsNodePorts(spec)) keepNodePorts(spec, before);
  else if (needsNodePorts(before)) dropNodePorts(spec, before);
}

interface Dependent {
  readonly names: readonly string[];
  readonly isFor: (spec: JsonObject) => boolean;
}

const dependent: readonly Dependent[] = [
  {
    names: ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy'],
    isFor: ({ type }) => type !== 'ExternalName',
  },
  {
    names: ['externalTrafficPolicy'],
    isFor: ({ type }) => type === 'NodePort' || type === 'LoadBalancer',
  },
  {
    names: ['healthCheckNodePort'],
    isFor: ({ type, externalTrafficPolicy }) =>
      type === 'LoadBalancer' && externalTrafficPolicy === 'Local',
  },
  {
    names: ['allocateLoadBalancerNodePorts', 'loadBalancerClass'],
    isFor: ({ type }) => type === 'LoadBalancer',
  },
];

function keepMembers(spec: Draft, before: JsonObject, names: readonly string[]): void {
  for (const name of names) {
    const value = before[name];
    if (value !== undefined) fillMember(spec, name, copyJson(value));
  }
}

function dropMembers(spec: Draft, before: JsonObject, names: readonly string[]): void {
  for (const name of names) if (isSameJson(spec[name], before[name])) delete spec[name];
}

function dropNodePorts(spec: Draft, before: JsonObject): void {
  const known = new Set(readObjects(before, 'ports').map((port) => port['nodePort']));
  for (const port of draftsIn(spec, 'ports')) {
    if (known.has(port['nodePort'])) delete port['nodePort'];
  }
}

function keepNodePorts(spec: Draft, before: JsonObject): void {
  const keyOf = (port: JsonObject): string =>
    `${readText(port, 'protocol')}/${readNumber(port, 'port')}`;
  const known = new Map(
    readObjects(before, 'ports').map((port) => [keyOf(port), port['nodePort']]),
  );
  for (const port of draftsIn(spec, 'ports')) {
    const number = known.get(keyOf(port));
    if (number !== undefined) fillMember(port, 'nodePort', copyJson(number));
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

function needsNodePorts(spec: JsonObject): boolean {
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
