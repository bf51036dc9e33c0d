import { describe, expect, it } from 'vitest';

import { findLocalPlaces } from './find-local-places.ts';

const key = 'ssh-ed25519 AAAAC3';

describe('places of this machine', () => {
  it.each([
    ['a port of its own', `[127.0.0.1]:2201 ${key}`, [['127.0.0.1', 2201]]],
    ['the usual port', `127.0.0.2 ${key}`, [['127.0.0.2', 22]]],
    ['a name', `localhost,web-1 ${key}`, [['127.0.0.1', 22]]],
    ['several names', `web-1,[10.0.0.5]:22,10.0.0.5 ${key}`, [['10.0.0.5', 22]]],
    ['an authority', `@cert-authority [127.0.0.1]:2201 ${key}`, [['127.0.0.1', 2201]]],
    ['a key that is revoked', `@revoked [127.0.0.1]:2201 ${key}`, []],
    ['a remark', `# [127.0.0.1]:2201 ${key}`, []],
    ['a hashed name', `|1|abc=|def= ${key}`, []],
    ['a pattern', `*.example.com,127.0.0.* ${key}`, []],
    ['nothing', '', []],
  ])('are read from %s', (_what, lines, places) => {
    const expected = places.map(([address, port]) => ({ address, port }));

    expect(findLocalPlaces(`\n${lines}\n`)).toEqual(expected);
  });
});
