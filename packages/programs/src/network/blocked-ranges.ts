/**
 * What no program reaches that interprets a repository: link-local addresses, which hold a machine's own
 * credentials in every cloud, further addresses of that kind, and ranges that lead nowhere.
 *
 * The same ones that Trueup's own requests are kept from (`packages/outbound`); a test compares them.
 * Multicast is not in it: without it no IPv6 host finds its neighbours.
 */
export const blockedRanges: readonly string[] = [
  '0.0.0.0/8',
  '169.254.0.0/16',
  // Oracle's metadata address, among protocol assignments.
  '192.0.0.0/24',
  '192.0.2.0/24',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '240.0.0.0/4',
  // Azure's wire server and Alibaba's metadata address look public and private.
  '168.63.129.16/32',
  '100.100.100.200/32',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  // Amazon's and Google's metadata addresses, within private ranges.
  'fd00:ec2::/32',
  'fd20:ce::/32',
  // Link-local addresses of IPv4 behind translators: NAT64 and 6to4.
  '64:ff9b::a9fe:0/112',
  '2002:a9fe::/32',
];
