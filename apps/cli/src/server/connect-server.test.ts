import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { fakeSurroundings } from '../testing/fake-surroundings.ts';
import { findServer, parseServerUrl, serverInstead } from './connect-server.ts';
import { loginFile, openLoginPlace, readLogin } from './login-file.ts';

describe('the server that is asked', () => {
  let folder: string;
  let environment: Record<string, string>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trueup-login-'));
    environment = { XDG_CONFIG_HOME: folder };
    await using place = await openLoginPlace(loginFile(environment));
    await place.keep({ url: 'https://a.example', token: 'kept' });
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

  it('is not guessed from a file that somebody broke', async () => {
    await writeFile(loginFile(environment), '{broken');

    await expect(findServer(undefined, environment)).rejects.toThrow('it holds no login');
    await expect(findServer('https://b.example', environment)).rejects.toThrow('Log in anew');
    expect(
      await findServer('https://b.example', { ...environment, TRUEUP_TOKEN: 'own' }),
    ).toMatchObject({ token: 'own' });
  });

  it('leaves nothing behind when there was no login in the end', async () => {
    await (await openLoginPlace(loginFile(environment)))[Symbol.asyncDispose]();

    expect(await readdir(join(folder, 'trueup'))).toEqual(['login.json']);
    expect(await readLogin(loginFile(environment))).toMatchObject({ token: 'kept' });
  });

  it('is told that a login has no place, before there is one', async () => {
    await writeFile(join(folder, 'file'), '');
    const file = loginFile({ XDG_CONFIG_HOME: join(folder, 'file') });

    await expect(openLoginPlace(file)).rejects.toThrow('a login cannot be kept there (ENOTDIR)');
  });

  it.each(['ftp://a', 'a.example', ''])('is not %j', (text) => {
    expect(() => parseServerUrl(text)).toThrow('begins with https://');
  });
});
