import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { fakeSurroundings } from '../testing/fake-surroundings.ts';
import { findServer, parseServerUrl, serverInstead } from './connect-server.ts';
import { loginFile, readLogin, writeLogin } from './login-file.ts';

describe('the server that is asked', () => {
  let folder: string;
  let environment: Record<string, string>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trueup-login-'));
    environment = { XDG_CONFIG_HOME: folder };
    await writeLogin(loginFile(environment), { url: 'https://a.example', token: 'kept' });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is that of the login, with its token', async () => {
    expect(await findServer(undefined, environment)).toEqual({
      baseUrl: 'https://a.example',
      token: 'kept',
    });
  });

  it('gets no token that was kept for another one', async () => {
    expect(await findServer('https://b.example', environment)).toEqual({
      baseUrl: 'https://b.example',
    });
    expect(
      await findServer(undefined, { ...environment, TRUEUP_SERVER: 'https://b.example' }),
    ).toEqual({ baseUrl: 'https://b.example' });
  });

  it('gets the token of the environment before that of the login', async () => {
    expect(await findServer(undefined, { ...environment, TRUEUP_TOKEN: 'own' })).toMatchObject({
      token: 'own',
    });
  });

  it('is not asked where a folder is named', async () => {
    const surroundings = fakeSurroundings({ environment });
    const cli = { surroundings } as unknown as Parameters<typeof serverInstead>[0];

    expect(await serverInstead(cli, '.', undefined)).toBeUndefined();
    expect(await serverInstead(cli, undefined, undefined)).toBeDefined();
    await expect(serverInstead(cli, '.', 'https://a.example')).rejects.toThrow('with no folder');
  });

  it('is kept where only its user reads', async () => {
    const { mode } = await stat(loginFile(environment));

    expect(mode & 0o777).toBe(0o600);
    expect(await readLogin(loginFile(environment))).toMatchObject({ token: 'kept' });
  });

  it.each(['ftp://a', 'a.example', ''])('is not %j', (text) => {
    expect(() => parseServerUrl(text)).toThrow('begins with https://');
  });
});
