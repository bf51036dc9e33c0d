import { execFileSync } from 'node:child_process';
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
    symlinkSync('nowhere.yaml', join(root, 'apps/shop/lost.yaml'));
    symlinkSync('loop.yaml', join(root, 'apps/shop/loop.yaml'));
    writeFileSync(join(root, 'apps/shop/large.yaml'), `#${'x'.repeat(10 * 1024 * 1024)}`);
    const files = await openDiskFiles(root);
    const [shop, other] = [files.again(), files.again()];

    for (const path of await shop.list('apps/shop')) await shop.read(path);
    await other.read('trueup.yaml');
    await other.read('lost.yaml');
    await other.read('../outside.yaml');

    const told = shop.diagnostics?.() ?? [];
    expect(told.map(({ code, origin }) => `${code} ${origin?.file}`).sort()).toEqual([
      'REPOSITORY_FILE_TOO_LARGE apps/shop/large.yaml',
      'REPOSITORY_LINK_DANGLING apps/shop/lost.yaml',
      'REPOSITORY_LINK_LOOP apps/shop/loop.yaml',
      'REPOSITORY_LINK_OUTSIDE apps/shop/away.yaml',
    ]);
    expect(told.map(({ severity }) => severity)).toEqual(['error', 'error', 'error', 'error']);
    expect(other.diagnostics?.()).toEqual([]);
  });

  it('warns of links to nothing that nobody asked for', async () => {
    symlinkSync('nowhere', join(root, 'apps/shop/lost'));
    const files = await openDiskFiles(root);

    expect(await files.list('apps')).toEqual(['apps/shop/lost', 'apps/shop/web.yaml']);
    expect(files.diagnostics?.()).toMatchObject([
      { severity: 'warning', code: 'REPOSITORY_LINK_DANGLING', origin: { file: 'apps/shop/lost' } },
    ]);
  });

  it('lists the files of folders that links lead to, by the names of the links', async () => {
    mkdirSync(join(root, 'apps/other'));
    symlinkSync('../shop', join(root, 'apps/other/same'));
    symlinkSync('..', join(root, 'apps/other/above'));
    symlinkSync('apps/other', join(root, 'linked'));
    symlinkSync(top, join(root, 'apps/shop/outside'));
    const files = await openDiskFiles(root);

    expect(await files.list('apps/other')).toEqual([
      'apps/other/same/outside',
      'apps/other/same/web.yaml',
    ]);
    expect(await files.list('linked')).toEqual(['linked/same/outside', 'linked/same/web.yaml']);
    expect(String(await files.read('linked/same/web.yaml'))).toBe('kind: Service');
    expect(await files.directories()).toEqual(['', 'apps', 'apps/other', 'apps/shop']);
  });

  it('does not multiply folders without end', async () => {
    for (let index = 0; index < 20; index += 1) {
      mkdirSync(join(root, `d${index}`));
      for (const name of ['one', 'two'])
        symlinkSync(`../d${index + 1}`, join(root, `d${index}`, name));
    }
    mkdirSync(join(root, 'd20'));
    const files = await openDiskFiles(root);

    await expect(files.list('d0')).rejects.toMatchObject({ code: 'PROJECT_TOO_LARGE' });
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
    execFileSync('mkfifo', [join(root, 'apps/shop/pipe')]);
    symlinkSync('../other', join(root, 'apps/shop/other'));
    symlinkSync('../shop', join(root, 'apps/other/shop'));
    const files = await openDiskFiles(root);

    await using copy = await files.layOut('apps/shop');

    const found = (await readdir(copy.path, { recursive: true })).sort();
    expect(found).toEqual(['other', 'same.yaml', 'web.yaml']);
    const told = files.diagnostics?.().map(({ severity, code }) => `${severity} ${code}`);
    expect(told?.sort()).toEqual([
      'error REPOSITORY_FILE_UNREADABLE',
      'warning REPOSITORY_LINK_DANGLING',
      'warning REPOSITORY_LINK_OUTSIDE',
      'warning REPOSITORY_LINK_OUTSIDE',
    ]);
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
