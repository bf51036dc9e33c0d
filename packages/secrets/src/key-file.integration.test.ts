import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openKey, rotateKey } from './key-file.ts';
import { createVault } from './vault.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trueup-key-'));
  file = join(folder, 'etc/key');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('openKey', () => {
  it('makes a key for its owner alone, and finds it again', async () => {
    const [made] = await openKey(file);
    const [found] = await openKey(file);

    expect(made.equals(found)).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'etc'))).toEqual(['key']);
  });

  it('gives one key to all who ask at once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => openKey(file)));

    expect(all.every(([key]) => key.equals(all[0]?.[0] ?? key))).toBe(true);
    expect(readdirSync(join(folder, 'etc'))).toEqual(['key']);
  });

  it.each([0o640, 0o620, 0o604, 0o602, 0o666])('refuses a key of mode %o', async (mode) => {
    await openKey(file);
    chmodSync(file, mode);

    await expect(openKey(file)).rejects.toMatchObject({
      family: 'stalled',
      code: 'SECRETS_KEY_FILE_LOOSE',
      subject: file,
    });
  });

  it('takes a key that may only be read', async () => {
    await openKey(file);
    chmodSync(file, 0o400);

    await expect(openKey(file)).resolves.toHaveLength(1);
  });

  it.each([
    ['nothing', ''],
    ['a short key', 'trueup-key-1:c2hvcnQ\n'],
    ['another file', 'hunter2\n'],
    [
      'a bad line behind a good one',
      `trueup-key-1:${Buffer.alloc(32).toString('base64url')}\nhunter2`,
    ],
    ['far too much', '#'.repeat(100_000)],
  ])('refuses a file that holds %s, and does not repeat it', async (_name, text) => {
    const bad = join(folder, 'bad');
    writeFileSync(bad, text, { mode: 0o600 });

    const refused = openKey(bad);

    await expect(refused).rejects.toMatchObject({ code: 'SECRETS_KEY_FILE_INVALID' });
    await expect(refused).rejects.not.toThrow(/hunter2/);
  });

  it('says that it cannot make a key', async () => {
    writeFileSync(join(folder, 'etc'), '');

    await expect(openKey(file)).rejects.toMatchObject({ code: 'SECRETS_KEY_FILE_INVALID' });
    await expect(openKey('/proc/key')).rejects.toMatchObject({
      message: expect.stringMatching(/^\/proc\/key: cannot be (?:written|opened)/),
    });
  });

  it('refuses a folder', async () => {
    await expect(openKey(folder)).rejects.toMatchObject({ code: 'SECRETS_KEY_FILE_INVALID' });
  });

  it('shows no key to whoever prints it', async () => {
    const keys = await openKey(file);
    const secret = readFileSync(file, 'utf8').trim().split(':')[1] ?? 'none';

    expect(inspect(keys, { depth: 5, showHidden: true })).not.toContain(secret);
    expect(JSON.stringify(keys)).not.toContain(secret);
  });
});

describe('rotateKey', () => {
  it('puts a new key in front, and what the old one wrote stays readable', async () => {
    const box = createVault(await openKey(file)).encrypt(Buffer.from('hunter2'), 'here');

    const keys = await rotateKey(file);

    expect(keys).toHaveLength(2);
    const vault = createVault(keys);
    expect(Buffer.from(vault.decrypt(box, 'here')).toString()).toBe('hunter2');
    expect(vault.isOutdated(box)).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'etc'))).toEqual(['key']);
  });
});
