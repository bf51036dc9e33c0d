/** Checks services and what leads to them. */

import type { Json, JsonObject } from '@trueup/diagnostics';

import type { ClusterState } from '../cluster/cluster-state.ts';
import {
  readAt,
  readList,
  readNumber,
  readObject,
  readObjects,
  readText,
  readTexts,
} from '../object/read-fields.ts';
import {
  duplicateField,
  type FieldError,
  invalidField,
  requiredField,
  unsupportedField,
} from './field-error.ts';
import { checkLabelName, checkSubdomain } from './names.ts';
import { portNumber } from './numbers.ts';
import { checkPortName } from './validate-container.ts';
import { validateLabels } from './validate-metadata.ts';
import { validateSelector } from './validate-selector.ts';

const protocols = ['SCTP', 'TCP', 'UDP'];
const address = /^(?:\d{1,3}\.){3}\d{1,3}$|^[\da-fA-F:]*:[\da-fA-F:.]*$/;

export function validateService(value: JsonObject): readonly FieldError[] {
  const spec = readObject(value, 'spec');
  const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
  const type = readText(spec, 'type') ?? '';
  return [
    ...validateServicePorts(spec),
    ...validateLabels(readTexts(spec, 'selector'), 'spec.selector'),
    ...oneOf('spec.sessionAffinity', readText(spec, 'sessionAffinity') ?? '', ['ClientIP', 'None']),
    ...oneOf('spec.type', type, types),
    ...(type === 'ExternalName' ? validateExternalName(spec) : validateClusterIps(spec)),
  ];
}

function oneOf(field: string, value: string, allowed: readonly string[]): readonly FieldError[] {
  return allowed.includes(value) ? [] : [unsupportedField(field, value, allowed)];
}

function validateExternalName(spec: JsonObject): readonly FieldError[] {
  const name = (readText(spec, 'externalName') ?? '').replace(/\.$/, '');
  if (name === '') return [requiredField('spec.externalName')];
  const wrong = checkSubdomain(name);
  return wrong === undefined ? [] : [invalidField('spec.externalName', name, wrong)];
}

function validateClusterIps(spec: JsonObject): readonly FieldError[] {
  return readList(spec, 'clusterIPs').flatMap((one, index) => {
    if (one === 'None' || (typeof one === 'string' && address.test(one))) return [];
    const detail = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
    return [invalidField(`spec.clusterIPs[${index}]`, one, detail)];
  });
}

function validateServicePorts(spec: JsonObject): readonly FieldError[] {
  const ports = readObjects(spec, 'ports');
  const mayBeEmpty = spec['type'] === 'ExternalName' || spec['clusterIP'] === 'None';
  if (ports.length === 0) return mayBeEmpty ? [] : [requiredField('spec.ports')];
  const names = ports.map((port) => readText(port, 'name') ?? '');
  const keys = ports.map((port) => `${readText(port, 'protocol')}/${readNumber(port, 'port')}`);
  return [
    ...ports.flatMap((port, index) => [
      ...validatePortName(names, index),
      ...validateServicePort(port, `spec.ports[${index}]`),
    ]),
    ...ports.flatMap((port, index) =>
      keys.indexOf(keys[index] ?? '') < index ? [duplicateField(`spec.ports[${index}]`, port)] : [],
    ),
  ];
}

function validatePortName(names: readonly string[], index: number): readonly FieldError[] {
  const name = names[index] ?? '';
  const field = `spec.ports[${index}].name`;
  if (name === '') return names.length > 1 ? [requiredField(field)] : [];
  const wrong = checkLabelName(name);
  if (wrong) return [invalidField(field, name, wrong)];
  return names.indexOf(name) < index ? [duplicateField(field, name)] : [];
}

function validateServicePort(port: JsonObject, field: string): readonly FieldError[] {
  const target = readAt(port, 'targetPort');
  return [
    ...portNumber(`${field}.port`, readNumber(port, 'port') ?? 0),
    ...oneOf(`${field}.protocol`, readText(port, 'protocol') ?? '', protocols),
    ...validateTarget(target, `${field}.targetPort`),
  ];
}

function validateTarget(target: Json | undefined, field: string): readonly FieldError[] {
  if (typeof target === 'number') return portNumber(field, target);
  const wrong = typeof target === 'string' ? checkPortName(target) : undefined;
  return wrong === undefined ? [] : [invalidField(field, target, wrong)];
}

/** What only a look at the other services can tell. */
export function validateAllocations(
  value: JsonObject,
  { allocators }: ClusterState,
): readonly FieldError[] {
  const asked = readText(value, 'spec', 'clusterIP') ?? '';
  const ports = readObjects(value, 'spec', 'ports');
  const isTaken = asked !== '' && asked !== 'None' && allocators.isClusterIpTaken(asked);
  return [
    ...(isTaken
      ? [
          invalidField(
            'spec.clusterIPs',
            [asked],
            `failed to allocate IP ${asked}: provided IP is already allocated`,
          ),
        ]
      : []),
    ...ports.flatMap((port, index) => {
      const number = readNumber(port, 'nodePort') ?? 0;
      const field = `spec.ports[${index}].nodePort`;
      if (number === 0) return [];
      if (number < 30_000 || number > 32_767) {
        const detail =
          'provided port is not in the valid range. The range of valid ports is 30000-32767';
        return [invalidField(field, number, detail)];
      }
      if (!allocators.isNodePortTaken(number)) return [];
      return [invalidField(field, number, 'provided port is already allocated')];
    }),
  ];
}

export function keepService(value: JsonObject, old: JsonObject): readonly FieldError[] {
  const [after, before] = [value, old].map((one) => readText(one, 'spec', 'clusterIP') ?? '');
  const types = [value, old].map((one) => readText(one, 'spec', 'type'));
  if (after === before || before === '' || types.includes('ExternalName')) return [];
  return [invalidField('spec.clusterIPs[0]', [after ?? ''], 'may not change once set')];
}

export function validateIngress(value: JsonObject): readonly FieldError[] {
  const spec = readObject(value, 'spec');
  const rules = readObjects(spec, 'rules');
  const backend = spec['defaultBackend'];
  if (rules.length === 0 && backend === undefined) {
    return [invalidField('spec', null, 'either `defaultBackend` or `rules` must be specified')];
  }
  return [
    ...(backend === undefined ? [] : validateBackend(readObject(backend), 'spec.defaultBackend')),
    ...rules.flatMap((rule, index) => validateRule(rule, `spec.rules[${index}]`)),
  ];
}

function validateRule(rule: JsonObject, field: string): readonly FieldError[] {
  const host = readText(rule, 'host') ?? '';
  const wrong = host === '' ? undefined : checkSubdomain(host.replace(/^\*\./, ''));
  const hostErrors = wrong === undefined ? [] : [invalidField(`${field}.host`, host, wrong)];
  if (rule['http'] === undefined) return hostErrors;
  const paths = readObjects(rule, 'http', 'paths');
  if (paths.length === 0) return [...hostErrors, requiredField(`${field}.http.paths`)];
  return [
    ...hostErrors,
    ...paths.flatMap((path, index) => validatePath(path, `${field}.http.paths[${index}]`)),
  ];
}

function validatePath(path: JsonObject, field: string): readonly FieldError[] {
  const type = readText(path, 'pathType') ?? '';
  const text = readText(path, 'path') ?? '';
  const types = ['Exact', 'ImplementationSpecific', 'Prefix'];
  const errors: FieldError[] = [];
  if (type === '') errors.push(requiredField(`${field}.pathType`, 'pathType must be specified'));
  else if (!types.includes(type)) errors.push(unsupportedField(`${field}.pathType`, type, types));
  const mustBeAbsolute = type === 'Exact' || type === 'Prefix' || (type !== '' && text !== '');
  if (mustBeAbsolute && !text.startsWith('/')) {
    errors.push(invalidField(`${field}.path`, text, 'must be an absolute path'));
  }
  return [...errors, ...validateBackend(readObject(path, 'backend'), `${field}.backend`)];
}

function validateBackend(backend: JsonObject, field: string): readonly FieldError[] {
  if (backend['resource'] !== undefined) return [];
  if (backend['service'] === undefined) {
    return [invalidField(field, '', 'resource or service backend is required')];
  }
  const errors: FieldError[] = [];
  const name = readText(backend, 'service', 'name') ?? '';
  const wrong = name === '' ? undefined : checkLabelName(name);
  if (name === '') errors.push(requiredField(`${field}.service.name`));
  else if (wrong) errors.push(invalidField(`${field}.service.name`, name, wrong));
  const number = readNumber(backend, 'service', 'port', 'number') ?? 0;
  const portName = readText(backend, 'service', 'port', 'name') ?? '';
  if (number === 0 && portName === '') {
    errors.push(requiredField(field, 'port name or number is required'));
  }
  return errors;
}

export function validateNetworkPolicy(value: JsonObject): readonly FieldError[] {
  const spec = readObject(value, 'spec');
  const types = ['Ingress', 'Egress'];
  return [
    ...validateSelector(readObject(spec, 'podSelector'), 'spec.podSelector'),
    ...readObjects(spec, 'ingress').flatMap((rule, index) =>
      validatePolicyRule(rule, { field: `spec.ingress[${index}]`, peers: 'from' }),
    ),
    ...readObjects(spec, 'egress').flatMap((rule, index) =>
      validatePolicyRule(rule, { field: `spec.egress[${index}]`, peers: 'to' }),
    ),
    ...readList(spec, 'policyTypes').flatMap((type, index) =>
      typeof type === 'string' && !types.includes(type)
        ? [unsupportedField(`spec.policyTypes[${index}]`, type, types)]
        : [],
    ),
  ];
}

function validatePolicyRule(
  rule: JsonObject,
  { field, peers }: { readonly field: string; readonly peers: string },
): readonly FieldError[] {
  return [
    ...readObjects(rule, 'ports').flatMap((port, index) =>
      validateTarget(readAt(port, 'port'), `${field}.ports[${index}].port`),
    ),
    ...readObjects(rule, peers).flatMap((peer, index) =>
      validatePeer(peer, `${field}.${peers}[${index}]`),
    ),
  ];
}

function validatePeer(peer: JsonObject, field: string): readonly FieldError[] {
  if (Object.keys(peer).length === 0) return [requiredField(field, 'must specify a peer')];
  const errors = [
    ...validateSelector(readObject(peer, 'podSelector'), `${field}.podSelector`),
    ...validateSelector(readObject(peer, 'namespaceSelector'), `${field}.namespaceSelector`),
  ];
  const block = readText(peer, 'ipBlock', 'cidr');
  if (block !== undefined && !/^[\d.:a-fA-F]+\/\d{1,3}$/.test(block)) {
    const detail = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
    errors.push(invalidField(`${field}.ipBlock.cidr`, block, detail));
  }
  return errors;
}
