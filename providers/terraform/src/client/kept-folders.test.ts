import {
  access,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type KeptPlace, openKeptFolders } from './kept-folders.ts';

describe('what init made', () => {
  let folder: string;
  let cache: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trueup-kept-'));
    cache = join(folder, 'cache');
    await mkdir(join(cache, 'plugin'), { recursive: true });
    await writeFile(join(cache, 'plugin', 'program'), 'x'.repeat(2 * 1024 * 1024));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = (disk?: string) => openKeptFolders(disk, [cache]);
  const placeAt = (name: string, rest: Partial<KeptPlace> = {}): KeptPlace => ({
    key: 'a',
    root: join(folder, name),
    isPinned: true,
    isLocal: true,
    ...rest,
  });

  /** As the tool leaves it. */
  async function initialised(name: string, files: Readonly<Record<string, string>> = {}) {
    const top = join(folder, name, '.terraform');
    await mkdir(join(top, 'modules'), { recursive: true });
    await mkdir(join(top, 'providers'), { recursive: true });
    const all = { 'terraform.tfstate': '{"backend":{}}', 'modules/modules.json': '{}', ...files };
    for (const [path, text] of Object.entries(all)) {
      await mkdir(join(top, path, '..'), { recursive: true });
      await writeFile(join(top, path), text);
    }
    return top;
  }

  it('is put back, links as links, and is there after a restart', async () => {
    const disk = join(folder, 'kept');
    const top = await initialised('one');
    await symlink(join(cache, 'plugin'), join(top, 'providers', 'p'));
    await open(disk).keep(placeAt('one'));

    expect(await open(disk).restore(placeAt('two'))).toBe(true);

    const again = join(folder, 'two', '.terraform');
    expect(await readFile(join(again, 'terraform.tfstate'), 'utf8')).toBe('{"backend":{}}');
    expect(await readlink(join(again, 'providers/p'))).toBe(join(cache, 'plugin'));
    const [name = ''] = await readdir(disk);
    expect((await stat(join(disk, name))).mode & 0o077).toBe(0);
  });

  it('is another one for another key', async () => {
    const kept = open();
    await initialised('one');
    await kept.keep(placeAt('one'));

    expect(await kept.restore(placeAt('two', { key: 'b' }))).toBe(false);
  });

  it('stays off the disk where a backend may hold credentials', async () => {
    const disk = join(folder, 'kept');
    await initialised('one');
    const kept = open(disk);
    await kept.keep(placeAt('one', { isLocal: false }));

    await expect(access(disk)).rejects.toThrow();
    expect(await kept.restore(placeAt('two', { isLocal: false }))).toBe(true);
    expect(await open(disk).restore(placeAt('three', { isLocal: false }))).toBe(false);
  });

  it.each([
    ['a module that was fetched', { 'modules/vpc/main.tf': '' }, true],
    ['a plug-in that is no link', { 'providers/p/terraform-provider-p': 'x' }, true],
    ['more than is worth keeping', { large: 'x'.repeat(2 * 1024 * 1024) }, true],
  ])('is not kept with %s', async (_what, files, isPinned) => {
    const kept = open();
    await initialised('one', files);
    await kept.keep(placeAt('one', { isPinned }));

    expect(await kept.restore(placeAt('two'))).toBe(false);
  });

  it('is not kept with plug-ins that nothing pins', async () => {
    const kept = open();
    const top = await initialised('one');
    await symlink(join(cache, 'plugin'), join(top, 'providers', 'p'));
    await kept.keep(placeAt('one', { isPinned: false }));

    expect(await kept.restore(placeAt('two'))).toBe(false);
  });

  it('is as if it were not there once the cache was emptied', async () => {
    const kept = open();
    const top = await initialised('one');
    await symlink(join(cache, 'plugin'), join(top, 'providers', 'p'));
    await kept.keep(placeAt('one'));
    await rm(join(cache, 'plugin'), { recursive: true });

    expect(await kept.restore(placeAt('two'))).toBe(false);
  });

  it.each([
    ['no JSON', '{"entries":['],
    ['another form', '[]'],
    ['a link that leads elsewhere', '{"entries":[{"path":"a","link":"/etc/passwd"}]}'],
  ])('is not believed with %s', async (_what, text) => {
    const disk = join(folder, 'kept');
    await mkdir(disk);
    await writeFile(join(disk, 'a.json'), text);

    expect(await open(disk).restore(placeAt('two'))).toBe(false);
  });

  it('never leads out of its folder', async () => {
    const disk = join(folder, 'kept');
    await mkdir(disk);
    const entries = [{ path: '../../out', bytes: '' }];
    await writeFile(join(disk, 'a.json'), JSON.stringify({ entries }));

    await expect(open(disk).restore(placeAt('two'))).rejects.toThrow('no path of a kept folder');
    await expect(access(join(folder, 'out'))).rejects.toThrow();
  });

  it('is gone when it did not do', async () => {
    const disk = join(folder, 'kept');
    const kept = open(disk);
    await initialised('one');
    await kept.keep(placeAt('one'));
    await kept.restore(placeAt('two'));
    await kept.forget(placeAt('two'));

    expect(await kept.restore(placeAt('three'))).toBe(false);
    expect(await readdir(disk)).toEqual([]);
    expect(await readdir(join(folder, 'two'))).toEqual([]);
  });
});
