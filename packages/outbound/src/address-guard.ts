/**
 * Decides which addresses may be connected to.
 *
 * A host is resolved here, and what is connected to are the very addresses that were judged: a name
 * that answers otherwise the next time (DNS rebinding) is judged again with its next connection.
 */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

import { StalledError, TransientError } from '@trueup/diagnostics';

import { type AddressKind, classifyAddress } from './classify-address.ts';

export interface AddressRules {
  /** Whether hosts of this network may be reached. False when absent. */
  readonly allowPrivate?: boolean;
  /** Whether this machine may be reached. False when absent. */
  readonly allowLoopback?: boolean;
  /**
   * Hosts that may lie anywhere but at a forbidden address: `git.example.com`, `*.example.com`,
   * or an IP address.
   */
  readonly trustedHosts?: readonly string[];
}

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** All addresses of a host; none when it is not known. */
export type ResolveHost = (host: string) => Promise<readonly ResolvedAddress[]>;

export interface AddressGuard {
  /**
   * The addresses of a host that may be connected to, at least one. An address stands for itself.
   * Rejects with `OUTBOUND_ADDRESS_REFUSED` (stalled) when it has no other, `OUTBOUND_HOST_UNKNOWN`
   * (transient) when it has none at all.
   */
  resolve(host: string): Promise<readonly ResolvedAddress[]>;
  /** The same judgement as far as it is possible without asking anybody: where a proxy resolves. */
  checkName(host: string): void;
}

export function createAddressGuard(
  rules: AddressRules,
  resolveHost: ResolveHost = resolveBySystem,
): AddressGuard {
  function isAllowed(host: string, address: string): boolean {
    const kind = classifyAddress(address);
    return kind === 'public' || (kind !== 'forbidden' && isAllowedKind(kind, host, rules));
  }

  return {
    async resolve(host) {
      const name = withoutBrackets(host);
      const family = isIP(name);
      const addresses: readonly ResolvedAddress[] =
        family === 0 ? await resolveHost(name) : [{ address: name, family: family === 6 ? 6 : 4 }];
      if (addresses.length === 0) throw unknownHost(name);
      const allowed = addresses.filter(({ address }) => isAllowed(name, address));
      if (allowed.length === 0) throw refusedAddress(name);
      return allowed;
    },
    checkName(host) {
      const name = withoutBrackets(host);
      const address = /^(?:.*\.)?localhost\.?$/i.test(name) ? '127.0.0.1' : name;
      if (isIP(address) !== 0 && !isAllowed(name, address)) throw refusedAddress(name);
    },
  };
}

function isAllowedKind(
  kind: Exclude<AddressKind, 'public' | 'forbidden'>,
  host: string,
  { allowPrivate = false, allowLoopback = false, trustedHosts = [] }: AddressRules,
): boolean {
  const allowed = kind === 'private' ? allowPrivate : allowLoopback;
  return allowed ? true : trustedHosts.some((pattern) => matchesHost(pattern, host));
}

/** `*.example.com` means every host below it, and not itself. */
export function matchesHost(pattern: string, host: string): boolean {
  const name = withoutBrackets(host).toLowerCase().replace(/\.$/, '');
  const wanted = withoutBrackets(pattern).toLowerCase();
  return wanted.startsWith('*.') ? name.endsWith(wanted.slice(1)) : name === wanted;
}

function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}

/** A name that does not exist and a name server that does not answer look alike often enough. */
async function resolveBySystem(host: string): Promise<readonly ResolvedAddress[]> {
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
}

function unknownHost(host: string): TransientError {
  return new TransientError('OUTBOUND_HOST_UNKNOWN', `${host}: not found: no address`, host);
}

function refusedAddress(host: string): StalledError {
  const message = `${host}: not connected: its address is not one that may be reached from here`;
  return new StalledError('OUTBOUND_ADDRESS_REFUSED', message, host);
}
