/** What the server takes, but warns of: what most likely does not do what its author thinks. */

import type { JsonObject } from '@trueup/diagnostics';

import { parseQuantity } from '../object/quantity.ts';
import { readAt, readNumber, readObjects, readText } from '../object/read-fields.ts';
import { showJson } from '../object/show-json.ts';

/** @param field of the spec, such as `spec.template.spec` */
export function podWarnings(spec: JsonObject, field: string): readonly string[] {
  const containers = containersIn(spec, field);
  return [
    ...spreadWarnings(spec, field),
    ...duplicateNames(spec, field),
    ...containers.flatMap((one) => [...byteWarnings(one), ...variableWarnings(one)]),
    ...portWarnings(containers),
    ...portNameWarnings(containers),
  ];
}

interface Located {
  readonly value: JsonObject;
  readonly field: string;
}

function containersIn(spec: JsonObject, field: string): readonly Located[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) =>
    itemsIn(spec, list, field),
  );
}

function itemsIn(value: JsonObject, list: string, field: string): readonly Located[] {
  return readObjects(value, list).map((one, index) => ({
    value: one,
    field: `${field}.${list}[${index}]`,
  }));
}

function spreadWarnings(spec: JsonObject, field: string): readonly string[] {
  return itemsIn(spec, 'topologySpreadConstraints', field)
    .filter(({ value }) => value['labelSelector'] === undefined)
    .map((one) => `${one.field}.labelSelector: a null labelSelector results in matching no pod`);
}

function duplicateNames(spec: JsonObject, field: string): readonly string[] {
  const seen = new Set<string>();
  return itemsIn(spec, 'imagePullSecrets', field).flatMap((one) => {
    const name = readText(one.value, 'name') ?? '';
    if (name === '') return [`${one.field}.name: invalid empty name ""`];
    if (seen.has(name)) return [`${one.field}.name: duplicate name ${JSON.stringify(name)}`];
    seen.add(name);
    return [];
  });
}

const bytes = ['memory', 'ephemeral-storage'];

function byteWarnings({ value, field }: Located): readonly string[] {
  return bytes.flatMap((name) =>
    ['limits', 'requests'].flatMap((list) => {
      const amount = readAt(value, 'resources', list, name);
      return amount === undefined || isWhole(showJson(amount))
        ? []
        : [fractionWarning(`${field}.resources.${list}[${name}]`, showJson(amount))];
    }),
  );
}

/** Of a byte there are no parts. */
export function isWhole(quantity: string): boolean {
  return (parseQuantity(quantity) ?? 0n) % 1_000_000_000n === 0n;
}

export function fractionWarning(field: string, quantity: string): string {
  return `${field}: fractional byte value ${JSON.stringify(quantity)} is invalid, must be an integer`;
}

function variableWarnings({ value, field }: Located): readonly string[] {
  const seen = new Set<string>();
  return itemsIn(value, 'env', field).flatMap((one) => {
    const name = readText(one.value, 'name') ?? '';
    const text = readText(one.value, 'value') ?? '';
    const reference = `$(${name})`;
    const isKept =
      one.value['valueFrom'] === undefined && text !== reference && text.includes(reference);
    if (seen.has(name) && !isKept) {
      return [
        `${one.field}: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`,
      ];
    }
    seen.add(name);
    return [];
  });
}

function portsIn(containers: readonly Located[]): readonly Located[] {
  return containers.flatMap(({ value, field }) => itemsIn(value, 'ports', field));
}

function portWarnings(containers: readonly Located[]): readonly string[] {
  const seen = new Map<string, Located[]>();
  return portsIn(containers).flatMap((port) => {
    const key = `${readNumber(port.value, 'containerPort')}/${readText(port.value, 'protocol')}`;
    const others = seen.get(key) ?? [];
    seen.set(key, [...others, port]);
    return others.flatMap((other) => overlap(port, other));
  });
}

function overlap(port: Located, other: Located): readonly string[] {
  const [own, theirs] = [port, other].map(({ value }) => readNumber(value, 'hostPort') ?? 0);
  const [address, their] = [port, other].map(({ value }) => readText(value, 'hostIP') ?? '');
  if (own === theirs && address === their) {
    return [`${port.field}: duplicate port definition with ${other.field}`];
  }
  if (own === 0 || theirs === 0)
    return [`${port.field}: overlapping port definition with ${other.field}`];
  return [];
}

function portNameWarnings(containers: readonly Located[]): readonly string[] {
  const seen = new Map<string, string>();
  return portsIn(containers).flatMap(({ value, field }) => {
    const name = readText(value, 'name') ?? '';
    const other = seen.get(name);
    if (name === '') return [];
    if (other === undefined) {
      seen.set(name, field);
      return [];
    }
    return [
      `${field}: duplicate port name ${JSON.stringify(name)} with ${other}, services and probes that select ports by name will use ${other}`,
    ];
  });
}
