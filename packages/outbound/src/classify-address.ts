import { BlockList, isIP, isIPv6 } from 'node:net';

/**
 * What lies behind an address.
 *
 * - `forbidden`: nothing that anybody has a good reason to reach through us: link-local addresses,
 *   which hold a machine's own credentials in every cloud, further addresses of that kind,
 *   multicast, broadcast, and ranges that mean another address in disguise.
 * - `loopback`, `private`: this machine, this network.
 */
export type AddressKind = 'public' | 'private' | 'loopback' | 'forbidden';

/** The text of an IP address without brackets. Anything else is `forbidden`. */
export function classifyAddress(address: string): AddressKind {
  const plain = address.split('%', 1)[0] ?? '';
  if (isIP(plain) === 0) return 'forbidden';
  const embedded = embeddedAddress(plain);
  if (embedded) return classifyAddress(embedded);

  const family = isIPv6(plain) ? 'ipv6' : 'ipv4';
  lists ??= makeLists();
  for (const [kind, list] of lists) {
    if (list.check(plain, family)) return kind;
  }
  return 'public';
}

/** Ranges of the IANA special-purpose registries, and what clouds add to them. */
const ranges: Readonly<Record<Exclude<AddressKind, 'public'>, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  forbidden: [
    '0.0.0.0/8',
    '169.254.0.0/16',
    // Oracle's metadata address, among protocol assignments.
    '192.0.0.0/24',
    '192.0.2.0/24',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/4',
    '240.0.0.0/4',
    // Azure's wire server and Alibaba's metadata address look public and private.
    '168.63.129.16/32',
    '100.100.100.200/32',
    '::/128',
    'fe80::/10',
    'ff00::/8',
    '100::/64',
    '2001::/23',
    '2001:db8::/32',
    // Amazon's and Google's metadata addresses, within private ranges.
    'fd00:ec2::/32',
    'fd20:ce::/32',
  ],
  private: [
    '10.0.0.0/8',
    '100.64.0.0/10',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '198.18.0.0/15',
    'fc00::/7',
    'fec0::/10',
  ],
};

type Lists = ReadonlyMap<Exclude<AddressKind, 'public'>, BlockList>;

/** Made with the first question: that takes a command line longer than reading this module. */
let lists: Lists | undefined;

/** In this order: what is forbidden may lie within a private range. */
function makeLists(): Lists {
  const kinds = ['loopback', 'forbidden', 'private'] as const;
  return new Map(kinds.map((kind) => [kind, listOf(ranges[kind])]));
}

function listOf(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = '', bits] = subnet.split('/');
    list.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** The IPv4 address inside of a mapped (::ffff:), compatible (::), NAT64 or 6to4 address. */
function embeddedAddress(address: string): string | undefined {
  if (!isIPv6(address)) return undefined;
  const groups = groupsOf(address);
  const head = groups.slice(0, 6).join(':');
  const tail = groups.slice(6);
  if (head === '0:0:0:0:0:65535' || head === nat64) return dotted(tail);
  if (head === '0:0:0:0:0:0' && tail[0] !== 0) return dotted(tail);
  return groups[0] === 0x2002 ? dotted(groups.slice(1, 3)) : undefined;
}

/** 64:ff9b::/96 */
const nat64 = [0x64, 0xff9b, 0, 0, 0, 0].join(':');

function groupsOf(address: string): readonly number[] {
  const quads = address.replace(/[\d.]+$/, (text) => (text.includes('.') ? toGroups(text) : text));
  const [before = '', after] = quads.split('::');
  const front = before === '' ? [] : before.split(':');
  const back = after === undefined || after === '' ? [] : after.split(':');
  const gap = after === undefined ? 0 : 8 - front.length - back.length;
  return [...front, ...Array.from({ length: gap }, () => '0'), ...back].map((group) =>
    Number.parseInt(group, 16),
  );
}

function toGroups(quad: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = quad.split('.').map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

function dotted(groups: readonly number[]): string {
  return groups.flatMap((group) => [group >> 8, group & 255]).join('.');
}
