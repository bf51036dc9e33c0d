import { describe, expect, it } from 'vitest';

import { type AddressRules, createAddressGuard, matchesHost } from './address-guard.ts';

describe('createAddressGuard', () => {
  it.each<[string, AddressRules, readonly string[], readonly string[] | string]>([
    ['public addresses', {}, ['93.184.216.34'], ['93.184.216.34']],
    ['no private one', {}, ['10.0.0.1'], 'OUTBOUND_ADDRESS_REFUSED'],
    ['a private one when allowed', { allowPrivate: true }, ['10.0.0.1'], ['10.0.0.1']],
    ['no loopback where private is allowed', { allowPrivate: true }, ['127.0.0.1'], refusal()],
    ['the loopback when allowed', { allowLoopback: true }, ['::1'], ['::1']],
    ['a trusted host anywhere', { trustedHosts: ['host.test'] }, ['10.0.0.1'], ['10.0.0.1']],
    ['no metadata of a trusted host', everything(), ['169.254.169.254'], refusal()],
    [
      'only what is allowed of a mixture',
      {},
      ['169.254.169.254', '93.184.216.34'],
      ['93.184.216.34'],
    ],
    ['nothing without an address', {}, [], 'OUTBOUND_HOST_UNKNOWN'],
  ])('lets through %s', async (_name, rules, addresses, expected) => {
    const guard = createAddressGuard(rules, async () =>
      addresses.map((address) => ({ address, family: 4 })),
    );

    const outcome = await guard.resolve('host.test').then(
      (found) => found.map(({ address }) => address),
      ({ code }) => code,
    );

    expect(outcome).toEqual(expected);
  });

  it.each(['127.0.0.1', '[::1]', 'localhost', 'a.localhost', 'LOCALHOST.', '169.254.169.254'])(
    'refuses %s by its name alone',
    (host) => {
      const guard = createAddressGuard({});

      expect(() => guard.checkName(host)).toThrow(/not connected/);
    },
  );

  it('does not resolve an address', async () => {
    const guard = createAddressGuard({}, () => Promise.reject(new Error('asked')));

    expect(await guard.resolve('[2606:2800:220:1::1]')).toEqual([
      { address: '2606:2800:220:1::1', family: 6 },
    ]);
  });
});

describe('matchesHost', () => {
  it.each([
    ['git.example.com', 'GIT.example.com.', true],
    ['git.example.com', 'xgit.example.com', false],
    ['*.example.com', 'a.b.example.com', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', 'badexample.com', false],
    ['[::1]', '::1', true],
  ])('%s on %s: %s', (pattern, host, expected) => {
    expect(matchesHost(pattern, host)).toBe(expected);
  });
});

function refusal(): string {
  return 'OUTBOUND_ADDRESS_REFUSED';
}

function everything(): AddressRules {
  return { allowPrivate: true, allowLoopback: true, trustedHosts: ['host.test'] };
}
