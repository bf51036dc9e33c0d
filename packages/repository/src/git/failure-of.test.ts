import { describe, expect, it } from 'vitest';

import { failureOf } from './failure-of.ts';

describe('failureOf', () => {
  it.each([
    [
      "fatal: could not read Username for 'https://h': terminal prompts disabled",
      'REPOSITORY_ACCESS_REFUSED',
    ],
    ["fatal: Authentication failed for 'https://h/r.git/'", 'REPOSITORY_ACCESS_REFUSED'],
    [
      'git@h: Permission denied (publickey).\nfatal: Could not read from remote repository.',
      'REPOSITORY_ACCESS_REFUSED',
    ],
    [
      'No ED25519 host key is known for h and you have requested strict checking.\nHost key verification failed.',
      'REPOSITORY_HOST_KEY_REFUSED',
    ],
    ["fatal: repository 'https://h/r.git/' not found", 'REPOSITORY_NOT_FOUND'],
    ["fatal: '/x' does not appear to be a git repository", 'REPOSITORY_NOT_FOUND'],
    [
      "fatal: unable to access 'https://h/': The requested URL returned error: 301",
      'REPOSITORY_MOVED',
    ],
    [
      "fatal: unable to access 'https://h/': SSL certificate problem: self signed",
      'REPOSITORY_CERTIFICATE_REFUSED',
    ],
    [
      "fatal: unable to access 'https://h/': server certificate verification failed. CAfile: none",
      'REPOSITORY_CERTIFICATE_REFUSED',
    ],
    ["fatal: unable to access 'https://h/': Could not resolve host: h", 'REPOSITORY_UNREACHABLE'],
    [
      "fatal: unable to access 'https://h/': The requested URL returned error: 503",
      'REPOSITORY_UNREACHABLE',
    ],
    ['error: RPC failed; curl 18\nfatal: early EOF', 'REPOSITORY_UNREACHABLE'],
    [
      'error: object 0a: hasDotgit: contains .git\nfatal: fsck error in packed object',
      'REPOSITORY_OBJECTS_REFUSED',
    ],
    ['fatal: something new', 'REPOSITORY_GIT_FAILED'],
  ])('knows %j', (text, code) => {
    const failure = failureOf(ended(text), 'shop');

    expect(failure).toMatchObject({ code, subject: 'shop' });
    expect(failure.message).not.toContain('https://');
  });

  it('tells our own bounds', () => {
    const none = new Uint8Array();

    expect(failureOf({ end: { kind: 'timed-out' }, stderr: none }, 'shop').code).toBe(
      'REPOSITORY_TIMED_OUT',
    );
    expect(
      failureOf({ end: { kind: 'output-too-long', stream: 'stdout' }, stderr: none }, 'shop').code,
    ).toBe('REPOSITORY_ANSWER_TOO_LONG');
  });
});

function ended(text: string) {
  return { end: { kind: 'exited', exitCode: 128 }, stderr: Buffer.from(text) } as const;
}
