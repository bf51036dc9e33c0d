import { StalledError } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { createSecretReader } from '../stacks/resolve-secrets.ts';
import { createReadCredentials } from './read-host-credentials.ts';

describe('credentials of a host', () => {
  it.each([
    ['reader:hunter2:x', { kind: 'password', username: 'reader', password: 'hunter2:x' }],
    ['glpat-1', { kind: 'password', username: 'oauth2', password: 'glpat-1' }],
    [
      '{"username":"reader","password":"hunter2"}',
      { kind: 'password', username: 'reader', password: 'hunter2' },
    ],
    ['{"token":"hunter2"}', { kind: 'token', token: 'hunter2' }],
  ])('are read from %s', async (text, expected) => {
    const read = createReadCredentials(async () => text);

    expect(await read('charts', 'ghcr.io')).toEqual(expected);
  });

  it.each([
    '',
    '{"token":"a\\nb"}',
    '{"token":""}',
    '{"password":"hunter2"}',
    '{hunter2',
    'hunter2\nhunter2',
    '{"privateKey":"hunter2","knownHosts":"x"}',
  ])('are not read from %j', async (text) => {
    const failure = await createReadCredentials(async () => text)('charts', 'ghcr.io').then(
      () => undefined,
      (error: unknown) => error,
    );

    expect(failure).toBeInstanceOf(StalledError);
    expect(failure).toMatchObject({ code: 'HOST_CREDENTIALS_INVALID', subject: 'charts' });
    expect(String(failure)).not.toContain('hunter2');
  });

  it('go to the hosts that the secret names, and to no other', async () => {
    const record = {
      name: 'charts',
      ciphertext: new Uint8Array(),
      uses: [{ kind: 'host', name: 'ghcr.io' } as const],
      updatedAt: '2026-01-01T00:00:00Z',
    };
    const read = createReadCredentials(
      createSecretReader(
        async (name) => (name === 'charts' ? record : undefined),
        () => 'reader:hunter2',
      ),
    );

    await expect(read('charts', 'ghcr.io')).resolves.toMatchObject({ username: 'reader' });
    for (const host of ['ghcr.io:8443', 'evil.example.com', 'GHCR.IO']) {
      await expect(read('charts', host)).rejects.toMatchObject({ code: 'SECRET_NOT_ALLOWED' });
    }
    await expect(read('others', 'ghcr.io')).rejects.toMatchObject({ code: 'SECRET_MISSING' });
  });
});
