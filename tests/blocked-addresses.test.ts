/** Trueup itself and the programs that it runs are kept from the same addresses. */
import { BlockList, isIPv6 } from 'node:net';

import { createAddressGuard } from '@trueup/outbound';
import { blockedRanges } from '@trueup/programs';
import { describe, expect, it } from 'vitest';

/** Allows all that anybody may allow. */
const guard = createAddressGuard({ allowPrivate: true, allowLoopback: true });

const list = new BlockList();
for (const range of blockedRanges) {
  const [address = '', bits] = range.split('/');
  list.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4');
}

const isBlocked = (address: string): boolean =>
  list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');

function isForbidden(address: string): boolean {
  try {
    guard.checkName(address);
    return false;
  } catch {
    return true;
  }
}

describe('an address', () => {
  it.each(blockedRanges)('of %s is one that Trueup does not connect to', (range) => {
    expect(isForbidden(range.split('/')[0] ?? '')).toBe(true);
  });

  it.each([
    ['0.0.0.0', true],
    ['10.0.0.1', false],
    ['100.64.0.1', false],
    ['100.100.100.200', true],
    ['127.0.0.1', false],
    ['168.63.129.16', true],
    ['169.254.169.254', true],
    ['169.254.170.2', true],
    ['172.16.0.1', false],
    ['192.0.0.192', true],
    ['192.0.2.1', true],
    ['192.168.1.1', false],
    ['198.51.100.1', true],
    ['203.0.113.1', true],
    ['255.255.255.255', true],
    ['8.8.8.8', false],
    ['64:ff9b::a9fe:a9fe', true],
    ['100::1', true],
    ['2001:db8::1', true],
    ['2002:a9fe:a9fe::1', true],
    ['fd00:ec2::254', true],
    ['fd20:ce::254', true],
    ['fd12:3456::1', false],
    ['2606:4700::1111', false],
  ])('%s is blocked for both or for none: %s', (address, expected) => {
    expect([isForbidden(address), isBlocked(address)]).toEqual([expected, expected]);
  });
});
