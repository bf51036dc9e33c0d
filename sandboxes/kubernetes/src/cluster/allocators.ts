/**
 * Hands out what is unique in a cluster: addresses and node ports of services, addresses of pods.
 * What is taken is asked of the services themselves, so nothing has to be given back.
 */

export interface Allocators {
  /** An address of 10.96.0.0/16 that no service has. */
  readonly clusterIp: (taken: (address: string) => boolean) => string;
  /** A port of 30000-32767 that no service has. */
  readonly nodePort: (taken: (port: number) => boolean) => number;
  /** An address of 10.244.0.0/16. They repeat after 65,000 pods. */
  readonly podIp: () => string;
}

const clusterAddresses = 65_534;
const nodePorts = 2768;
const podAddresses = 65_000;

/** @param random a number in [0, 1) */
export function createAllocators(random: () => number): Allocators {
  let pods = 0;
  return {
    clusterIp: (taken) => {
      const start = Math.floor(random() * clusterAddresses);
      return search(start, clusterAddresses, (index) => formatAddress('10.96', index + 1), taken);
    },
    nodePort: (taken) => {
      const start = Math.floor(random() * nodePorts);
      return search(start, nodePorts, (index) => 30_000 + index, taken);
    },
    podIp: () => {
      pods += 1;
      return formatAddress('10.244', 1 + (pods % podAddresses));
    },
  };
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
