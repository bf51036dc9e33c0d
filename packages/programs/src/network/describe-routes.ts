/** What a guarded network's own routes say, as lines for `ip -batch`. */
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

import { blockedRanges } from './blocked-ranges.ts';

/** Where something of this machine listens. */
export interface LocalPlace {
  /** An IP address of this machine. */
  readonly address: string;
  readonly port: number;
}

/** Of a range for measuring equipment, which no network uses: any other would hide the hosts in it. */
export const range = '198.18.254.0/24';
export const nameServer = '198.18.254.3';

/** A machine without such an address reaches nobody by it. */
export function hasIpv6(): boolean {
  return ownAddresses().some(isIPv6);
}

/**
 * This machine's own addresses are the network's own, where nothing listens. The last line prints
 * something, once all is done: before it, whatever fails ends `ip`.
 */
export function describeRoutes(): string {
  const addresses = ownAddresses();
  const version6 = addresses.some(isIPv6);
  const lines = [
    'link set lo up',
    ...addresses.map((address) => `addr add ${address}/${isIPv6(address) ? 128 : 32} dev lo`),
    ...blockedRanges
      .filter((blocked) => version6 || !blocked.includes(':'))
      .map((blocked) => `route add prohibit ${blocked}`),
    'link show lo',
  ];
  return `${lines.join('\n')}\n`;
}

/** Once its device is there; it would take seconds until the device says so itself. */
export function describeRoutes6(): string {
  const lines = [
    'addr add fd00::64/64 dev tap0 nodad',
    'route add ::/0 via fe80::2 dev tap0',
    'link show lo',
  ];
  return `${lines.join('\n')}\n`;
}

/** Whether a place is on this machine at all: all others are reached anyway. */
export function isHere({ address }: LocalPlace): boolean {
  return address.startsWith('127.') || address === '::1' || ownAddresses().includes(address);
}

/**
 * All but those that each network has by itself, and link-local ones, which are blocked. Some machines have
 * others on the loopback's interface.
 */
function ownAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((one = []) => one);
  const addresses = new Set(all.map(({ address }) => address));
  return [...addresses].filter((address) => !/^(?:127\.|::1$|169\.254\.|fe[89ab])/i.test(address));
}
