/**
 * Hands out what is unique in a cluster: addresses and node ports of services, addresses of pods.
 * What is taken is what the services in the store have, so nothing has to be given back.
 */

import { readNumber, readObjects, readText } from '../object/read-fields.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import type { VersionedStore } from '../storage/versioned-store.ts';

export interface Allocators {
  /** An address of 10.96.0.0/16 that no service has. */
  readonly clusterIp: () => string;
  /** A port of 30000-32767 that no service has, nor is `besides`. */
  readonly nodePort: (besides: ReadonlySet<number>) => number;
  /** An address of 10.244.0.0/16. They repeat after 65,000 pods. */
  readonly podIp: () => string;
  readonly isClusterIpTaken: (address: string) => boolean;
  readonly isNodePortTaken: (port: number) => boolean;
}

const clusterAddresses = 65_534;
const nodePorts = 2768;
const podAddresses = 65_000;

/** @param random a number in [0, 1) */
export function createAllocators(store: VersionedStore, random: () => number): Allocators {
  const taken = new Set<string>();
  const isNodePortTaken = (port: number): boolean => taken.has(String(port));
  let pods = 0;
  store.subscribe(({ type, object, previous }) => {
    if (object.resource !== '/services') return;
    if (previous) for (const one of allocationsOf(store, previous)) taken.delete(one);
    if (type !== 'DELETED') for (const one of allocationsOf(store, object)) taken.add(one);
  });
  return {
    clusterIp: () => {
      const start = Math.floor(random() * clusterAddresses);
      return search(
        start,
        clusterAddresses,
        (index) => formatAddress('10.96', index + 1),
        (address) => taken.has(address),
      );
    },
    nodePort: (besides) => {
      const start = Math.floor(random() * nodePorts);
      return search(
        start,
        nodePorts,
        (index) => 30_000 + index,
        (port) => isNodePortTaken(port) || besides.has(port),
      );
    },
    podIp: () => {
      pods += 1;
      return formatAddress('10.244', 1 + (pods % podAddresses));
    },
    isClusterIpTaken: (address) => taken.has(address),
    isNodePortTaken,
  };
}

/** Addresses and ports, which no two services share. */
function allocationsOf(store: VersionedStore, service: StoredObject): readonly string[] {
  const value = store.valueOf(service);
  const ports = readObjects(value, 'spec', 'ports').map((port) => readNumber(port, 'nodePort'));
  const check = readNumber(value, 'spec', 'healthCheckNodePort');
  const address = readText(value, 'spec', 'clusterIP');
  return [address, ...ports, check]
    .filter((one) => one !== undefined && one !== 0 && one !== '' && one !== 'None')
    .map(String);
}

function search<T>(
  start: number,
  count: number,
  candidate: (index: number) => T,
  taken: (value: T) => boolean,
): T {
  for (let offset = 0; offset < count; offset += 1) {
    const value = candidate((start + offset) % count);
    if (!taken(value)) return value;
  }
  return candidate(start);
}

function formatAddress(prefix: string, index: number): string {
  return `${prefix}.${index >> 8}.${index & 255}`;
}
