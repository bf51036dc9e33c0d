import { lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openDiskFiles } from './disk-files.ts';

describe('a folder on disk', () => {
  let top: string;
  let root: string;

  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'trueup-test-'));
    root = join(top, 'repository');
    mkdirSync(join(root, 'apps/shop'), { recursive: true });
    mkdirSync(join(root, '.git'));
    writeFileSync(join(root, '.git/config'), 'url = https://token@example.com');
    writeFileSync(join(root, 'apps/shop/web.yaml'), 'kind: Service');
    writeFileSync(join(root, 'trueup.yaml'), 'apiVersion: trueup.dev/v1');
    writeFileSync(join(top, 'outside.yaml'), 'kind: Secret');
  });

  afterEach(() => rmSync(top, { recursive: true }));

  it('lists and reads what lies in it, from its root', async () => {
    const files = await openDiskFiles(root);

    expect(await files.list('')).toEqual(['apps/shop/web.yaml', 'trueup.yaml']);
    expect(await files.list('apps')).toEqual(['apps/shop/web.yaml']);
    expect(await files.directories()).toEqual(['', 'apps', 'apps/shop']);
    expect(String(await files.read('apps/shop/web.yaml'))).toBe('kind: Service');
  });

  it('has nothing of what is not there, or no file', async () => {
    const files = await openDiskFiles(root);

    expect(await files.list('lost')).toEqual([]);
    expect(await files.read('lost.yaml')).toBeUndefined();
    expect(await files.read('apps')).toBeUndefined();
  });

  it('records what was read, and what was looked for in vain', async () => {
    const files = await openDiskFiles(root);

    await files.read('trueup.yaml');
    await files.read('lost.yaml');

    const record = files.record();
    expect(Object.keys(record)).toEqual(['trueup.yaml', 'lost.yaml']);
    expect(record['lost.yaml']).toBe('');
    expect(record['trueup.yaml']).toMatch(/^[\da-f]{40}$/);
  });

  it.each(['../outside.yaml', 'apps/../../outside.yaml', 'link.yaml', 'linked/outside.yaml'])(
    'does not leave itself by %s',
    async (path) => {
      symlinkSync(join(top, 'outside.yaml'), join(root, 'link.yaml'));
      symlinkSync(top, join(root, 'linked'));
      const files = await openDiskFiles(root);

      expect(await files.read(path)).toBeUndefined();
    },
  );

  it('tells what is there and cannot be read, to whom it concerns', async () => {
    symlinkSync(join(top, 'outside.yaml'), join(root, 'apps/shop/away.yaml'));
    writeFileSync(join(root, 'apps/shop/large.yaml'), `#${'x'.repeat(10 * 1024 * 1024)}`);
    const files = await openDiskFiles(root);
    const [shop, other] = [files.again(), files.again()];

    for (const path of await shop.list('apps/shop')) await shop.read(path);
    await other.read('trueup.yaml');
    await other.read('lost.yaml');
    await other.read('../outside.yaml');

    const told = shop.diagnostics?.().map(({ code, origin }) => `${code} ${origin?.file}`);
    expect(told).toEqual([
      'REPOSITORY_LINK_OUTSIDE apps/shop/away.yaml',
      'REPOSITORY_FILE_TOO_LARGE apps/shop/large.yaml',
    ]);
    expect(other.diagnostics?.()).toEqual([]);
  });

  it('follows a link that stays inside', async () => {
    symlinkSync('apps/shop/web.yaml', join(root, 'link.yaml'));
    const files = await openDiskFiles(root);

    expect(String(await files.read('link.yaml'))).toBe('kind: Service');
  });

  it('lays out what links lead to inside, and nothing from outside', async () => {
    mkdirSync(join(root, 'apps/other'));
    symlinkSync(join(top, 'outside.yaml'), join(root, 'apps/shop/away.yaml'));
    symlinkSync(top, join(root, 'apps/shop/above'));
    symlinkSync('nowhere', join(root, 'apps/shop/lost'));
    symlinkSync('../../trueup.yaml', join(root, 'apps/shop/same.yaml'));
    symlinkSync('../other', join(root, 'apps/shop/other'));
    symlinkSync('../shop', join(root, 'apps/other/shop'));
    const files = await openDiskFiles(root);

    await using copy = await files.layOut('apps/shop');

    const found = (await readdir(copy.path, { recursive: true })).sort();
    expect(found).toEqual(['other', 'same.yaml', 'web.yaml']);
    expect(lstatSync(join(copy.path, 'same.yaml')).isFile()).toBe(true);
  });

  it('lays out a copy without `.git`, which goes when it is disposed of', async () => {
    const files = await openDiskFiles(root);
    const layOut = async (): Promise<string> => {
      await using copy = await files.layOut('');
      expect((await readdir(copy.path)).sort()).toEqual(['apps', 'trueup.yaml']);
      return copy.path;
    };

    await expect(readdir(await layOut())).rejects.toThrow('ENOENT');
  });
});
