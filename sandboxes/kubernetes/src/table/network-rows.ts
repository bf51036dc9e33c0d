/** Rows of services and of what leads to them. */

import type { Json, JsonObject } from '@trueup/diagnostics';

import {
  readList,
  readNumber,
  readObject,
  readObjects,
  readText,
  readTexts,
} from '../object/read-fields.ts';
import { createdAgo, formatLabels, formatSelector, listSome, nameOf, none } from './cell-text.ts';

type Row = (object: JsonObject, now: Date) => readonly Json[];

export const networkRows: Readonly<Record<string, Row>> = {
  '/services': (object, now) => [
    nameOf(object),
    readText(object, 'spec', 'type') ?? '',
    readText(object, 'spec', 'clusterIPs', 0) ?? none,
    externalAddress(object),
    servicePorts(object),
    createdAgo(object, now),
    formatLabels(readTexts(object, 'spec', 'selector')),
  ],
  '/endpoints': (object, now) => [
    nameOf(object),
    endpointAddresses(object),
    createdAgo(object, now),
  ],
  'discovery.k8s.io/endpointslices': (object, now) => [
    nameOf(object),
    readText(object, 'addressType') ?? '',
    listSome(readObjects(object, 'ports').map(slicePort), 3),
    listSome(readObjects(object, 'endpoints').flatMap(addressesOf), 3),
    createdAgo(object, now),
  ],
  'networking.k8s.io/ingresses': (object, now) => [
    nameOf(object),
    readText(object, 'spec', 'ingressClassName') ?? none,
    ingressHosts(object),
    loadBalancerAddresses(object),
    readList(object, 'spec', 'tls').length > 0 ? '80, 443' : '80',
    createdAgo(object, now),
  ],
  'networking.k8s.io/ingressclasses': (object, now) => [
    nameOf(object),
    readText(object, 'spec', 'controller') ?? '',
    ingressParameters(object),
    createdAgo(object, now),
  ],
  'networking.k8s.io/networkpolicies': (object, now) => [
    nameOf(object),
    formatSelector(readObject(object, 'spec', 'podSelector')),
    createdAgo(object, now),
  ],
};

function externalAddress(service: JsonObject): string {
  const own = readList(service, 'spec', 'externalIPs').filter((one) => typeof one === 'string');
  switch (readText(service, 'spec', 'type')) {
    case 'ClusterIP':
    case 'NodePort':
      return own.length > 0 ? own.join(',') : none;
    case 'LoadBalancer': {
      const given = loadBalancerAddresses(service);
      const all = [...(given === '' ? [] : [given]), ...own];
      return all.length > 0 ? all.join(',') : '<pending>';
    }
    case 'ExternalName':
      return readText(service, 'spec', 'externalName') ?? '';
    default:
      return '<unknown>';
  }
}

function loadBalancerAddresses(object: JsonObject): string {
  const ingress = readObjects(object, 'status', 'loadBalancer', 'ingress');
  return ingress.map((one) => readText(one, 'ip') ?? readText(one, 'hostname') ?? '').join(',');
}

function servicePorts(service: JsonObject): string {
  const ports = readObjects(service, 'spec', 'ports').map((port) => {
    const node = readNumber(port, 'nodePort') ?? 0;
    const number = readNumber(port, 'port') ?? 0;
    return `${number}${node > 0 ? `:${node}` : ''}/${readText(port, 'protocol') ?? ''}`;
  });
  return ports.length === 0 ? none : ports.join(',');
}

function endpointAddresses(endpoints: JsonObject): string {
  const subsets = readObjects(endpoints, 'subsets');
  if (subsets.length === 0) return none;
  const all = subsets.flatMap((subset) => {
    const addresses = readObjects(subset, 'addresses').map((one) => readText(one, 'ip') ?? '');
    const ports = readObjects(subset, 'ports');
    if (ports.length === 0) return addresses;
    return ports.flatMap((port) =>
      addresses.map((address) => `${address}:${readNumber(port, 'port') ?? 0}`),
    );
  });
  const listed = all.slice(0, 3).join(',');
  return all.length > 3 ? `${listed} + ${all.length - 3} more...` : listed;
}

function slicePort(port: JsonObject): string {
  const number = readNumber(port, 'port');
  return number === undefined ? (readText(port, 'name') ?? '*') : String(number);
}

function addressesOf(endpoint: JsonObject): readonly string[] {
  return readList(endpoint, 'addresses').filter((one) => typeof one === 'string');
}

function ingressHosts(ingress: JsonObject): string {
  const rules = readObjects(ingress, 'spec', 'rules');
  const hosts = rules
    .slice(0, 3)
    .map((rule) => readText(rule, 'host') ?? '')
    .filter((host) => host !== '');
  if (hosts.length === 0) return '*';
  return rules.length > 3 ? `${hosts.join(',')} + ${rules.length - 3} more...` : hosts.join(',');
}

function ingressParameters(object: JsonObject): string {
  const parameters = readObject(object, 'spec', 'parameters');
  if (Object.keys(parameters).length === 0) return none;
  const group = readText(parameters, 'apiGroup');
  return `${readText(parameters, 'kind')}${group === undefined ? '' : `.${group}`}/${readText(parameters, 'name')}`;
}
