import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseRemoteUrl } from './parse-remote-url.ts';

describe('parseRemoteUrl', () => {
  it.each([
    [
      'https://git.test/a/b.git',
      { kind: 'https', host: 'git.test', port: 443, url: 'https://git.test/a/b.git' },
    ],
    ['https://me@git.test:8443/a', { kind: 'https', port: 8443, url: 'https://git.test:8443/a' }],
    ['http://[::1]:80/a', { kind: 'http', host: '[::1]', port: 80, url: 'http://[::1]/a' }],
    ['ssh://git.test/a', { kind: 'ssh', user: 'git', port: 22, url: 'ssh://git@git.test/a' }],
    ['ssh://me@git.test:2222/~/a', { user: 'me', port: 2222, url: 'ssh://me@git.test:2222/~/a' }],
    [
      'git@git.test:a/b.git',
      { kind: 'ssh', host: 'git.test', url: 'ssh://git@git.test/~/a/b.git' },
    ],
    ['git.test:/srv/a', { kind: 'ssh', url: 'ssh://git@git.test/srv/a' }],
    ['/srv/git/a.git', { kind: 'file', path: '/srv/git/a.git', url: 'file:///srv/git/a.git' }],
    ['file:///srv/a', { kind: 'file', path: '/srv/a' }],
  ])('reads %s', (text, expected) => {
    expect(parseRemoteUrl(text)).toMatchObject(expected);
  });

  it.each([
    ['https://me:secret@git.test/a', /password/],
    ['ssh://me:secret@git.test/a', /password/],
    ['ext::sh -c id', /spaces/],
    ['ext::id', /none of|characters|cannot/],
    ['fd::17', /none of|characters|cannot/],
    ['ftp://git.test/a', /none of/],
    ['git://git.test/a', /none of/],
    ['ssh://-oProxyCommand=id/a', /characters|cannot/],
    ['-oProxyCommand=id:a', /characters|cannot/],
    ['ssh://-l@git.test/a', /characters/],
    ['ssh://git.test/-a', /path/],
    ['file://host/a', /host/],
    ['a/b', /cannot/],
    ['', /cannot/],
    ['https://git.test/a\nb', /control/],
  ])('refuses %j', (text, problem) => {
    expect(parseRemoteUrl(text)).toEqual({ problem: expect.stringMatching(problem) });
  });

  it('hands git nothing that looks like an option, and no password', () => {
    const part = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(
        fc.constantFrom('', 'ssh://', 'https://', 'file://', '/'),
        part,
        part,
        (head, a, b) => {
          const remote = parseRemoteUrl(`${head}${a}:${b}`);

          const url = 'problem' in remote ? 'ssh://' : remote.url;
          expect(url).toMatch(/^(?:https?|ssh|file):\/\/(?!-)[^\s]*$/);
        },
      ),
      { seed: 4, numRuns: 2000 },
    );
  });
});
