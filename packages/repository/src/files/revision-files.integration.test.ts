import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Mirror } from '../mirror/open-mirror.ts';
import { openTestMirror } from '../testing/test-mirror.ts';
import { openTestRemote, type TestContent, type TestRemote } from '../testing/test-remote.ts';
import { changedInputs } from './changed-inputs.ts';
import { type FileBounds, openRevision, type RevisionFiles } from './revision-files.ts';

const never = new AbortController().signal;
let resources: AsyncDisposableStack;
let remote: TestRemote;
let mirror: Mirror;

beforeEach(async () => {
  resources = new AsyncDisposableStack();
  remote = resources.use(await openTestRemote());
  mirror = resources.use(await openTestMirror(remote.url)).mirror;
});
afterEach(() => resources.disposeAsync());

describe('read', () => {
  it('gives bytes, whatever they and their names are', async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256);
    const files = await filesOf({ 'a/b\nc "d".bin': bytes, 'ü/é.txt': 'x', empty: '' });

    expect(Buffer.compare((await files.read('a/b\nc "d".bin')) ?? Buffer.of(), bytes)).toBe(0);
    expect(await text(files, 'ü/é.txt')).toBe('x');
    expect(await text(files, './a/..//empty')).toBe('');
  });

  it.each([
    ['nothing there', 'a/missing'],
    ['a folder', 'a'],
    ['the root', ''],
    ['a file taken for a folder', 'a/x/y'],
  ])('answers undefined to %s', async (_name, path) => {
    const files = await filesOf({ 'a/x': 'x' });

    expect(await files.read(path)).toBeUndefined();
    expect(files.diagnostics()).toEqual([]);
  });

  it.each(['../x', 'a/../../x', '/etc/passwd', 'a\0b'])('refuses %j', async (path) => {
    const files = await filesOf({ 'a/x': 'x' });

    expect(await files.read(path)).toBeUndefined();
    expect(files.diagnostics()).toMatchObject([
      { severity: 'error', code: 'REPOSITORY_PATH_OUTSIDE', origin: { file: path, line: 1 } },
    ]);
  });

  it('follows links within the repository', async () => {
    const files = await filesOf({
      'a/x': 'x',
      'links/file': { link: '../a/x' },
      'links/chain': { link: 'file' },
      'links/folder': { link: '../a' },
      deep: { link: 'links/folder' },
    });

    expect(await text(files, 'links/chain')).toBe('x');
    expect(await text(files, 'links/folder/x')).toBe('x');
    expect(await text(files, 'deep/x')).toBe('x');
    expect(await files.list('deep')).toEqual(['deep/x']);
    expect(files.diagnostics()).toEqual([]);
  });

  it.each([
    ['an absolute link', { link: '/etc/passwd' }, 'REPOSITORY_LINK_OUTSIDE'],
    ['a link out of the root', { link: '../../outside' }, 'REPOSITORY_LINK_OUTSIDE'],
    ['a link that comes back in', { link: '../../repository/x' }, 'REPOSITORY_LINK_OUTSIDE'],
    ['a link to itself', { link: 'it' }, 'REPOSITORY_LINK_LOOP'],
    ['a link to nothing', { link: '../b/x' }, 'REPOSITORY_LINK_DANGLING'],
    ['a submodule', { submodule: 'a'.repeat(40) }, 'REPOSITORY_SUBMODULE'],
    ['what is too large', 'x'.repeat(5000), 'REPOSITORY_FILE_TOO_LARGE'],
  ] as const)('names %s', async (_name, content, code) => {
    const files = await filesOf({ 'a/it': content }, { fileBytes: 4096 });

    expect(await files.read('a/it')).toBeUndefined();
    expect(files.diagnostics()).toMatchObject([
      { severity: 'error', code, origin: { file: 'a/it' } },
    ]);
  });

  it('has nothing of what is missing in a folder that a link leads to', async () => {
    const files = await filesOf({ 'a/x': 'x', folder: { link: 'a' } });

    expect(await files.read('folder/missing')).toBeUndefined();
    expect(files.diagnostics()).toEqual([]);
  });

  it('names a submodule in the middle of a path', async () => {
    const files = await filesOf({ 'vendor/lib': { submodule: 'b'.repeat(40) } });

    expect(await files.read('vendor/lib/a/b')).toBeUndefined();
    expect(files.diagnostics()).toMatchObject([{ origin: { file: 'vendor/lib' } }]);
  });

  it('gives a pointer of Git LFS as it is, and says so', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n';
    const files = await filesOf({ 'values.yaml': pointer });

    expect(await text(files, 'values.yaml')).toBe(pointer);
    expect(files.diagnostics()).toMatchObject([
      { severity: 'error', code: 'REPOSITORY_LFS_POINTER', origin: { file: 'values.yaml' } },
    ]);
  });

  it('treats names of JavaScript like others', async () => {
    const files = await filesOf({ 'constructor/__proto__': 'x' });

    expect(await text(files, 'constructor/__proto__')).toBe('x');
    expect(await files.read('__proto__')).toBeUndefined();
    expect(Object.keys(files.record()).sort()).toEqual(['__proto__', 'constructor/__proto__']);
  });

  it('ends with its signal', async () => {
    const revision = await remote.commit({ files: { a: 'a' } });
    await mirror.fetch(never);
    const controller = new AbortController();
    const files = await openRevision(mirror, revision, controller.signal);
    const reading = files.read('a');
    const reason = new Error('enough');

    controller.abort(reason);

    await expect(reading).rejects.toBe(reason);
    await expect(files.list('')).rejects.toBe(reason);
  });

  it('works on repositories with SHA-256', async () => {
    await using other = await openTestRemote('sha256');
    const revision = await other.commit({ files: { 'a/b': 'x' } });
    await using opened = await openTestMirror(other.url);

    await opened.mirror.fetch(never);
    const files = await openRevision(opened.mirror, revision, never);

    expect(revision).toHaveLength(64);
    expect(await text(files, 'a/b')).toBe('x');
    expect(files.record()['a/b']).toHaveLength(64);
  });

  it('refuses a revision that is not there', async () => {
    await expect(openRevision(mirror, 'a'.repeat(40), never)).rejects.toMatchObject({
      family: 'stalled',
      code: 'REPOSITORY_REVISION_MISSING',
    });
  });
});

describe('list', () => {
  it('gives every file below a folder, sorted', async () => {
    const files = await filesOf({
      'a/z': '',
      'a/b/c': '',
      'a/b.yaml': '',
      'a/link': { link: 'z' },
      'a/module': { submodule: 'c'.repeat(40) },
      'ab/x': '',
    });

    expect(await files.list('a')).toEqual(['a/b.yaml', 'a/b/c', 'a/link', 'a/z']);
    expect(await files.list('a/')).toHaveLength(4);
    expect(await files.list('.')).toHaveLength(5);
    expect(await files.list('nowhere')).toEqual([]);
    expect(await files.list('a/z')).toEqual([]);
    expect(files.diagnostics()).toMatchObject([
      { severity: 'warning', code: 'REPOSITORY_SUBMODULE', origin: { file: 'a/module' } },
    ]);
  });

  it('gives the files of folders that links lead to, by the names of the links', async () => {
    const files = await filesOf({
      'a/below': { link: '../b' },
      'a/self': { link: '.' },
      'a/above': { link: '..' },
      'b/y': 'y',
      'b/back': { link: '../a' },
      'b/deep/z': 'z',
    });

    expect(await files.list('a')).toEqual(['a/below/deep/z', 'a/below/y']);
    expect(await text(files, 'a/below/deep/z')).toBe('z');
    expect(files.diagnostics()).toEqual([]);
    expect(Object.keys(files.record())).toContain('a/below');
  });

  it('names links that lead to nothing that it could give', async () => {
    const files = await filesOf({
      'a/away': { link: '/etc/passwd' },
      'a/lost': { link: '../b' },
      'a/x': '',
    });

    expect(await files.list('a')).toEqual(['a/away', 'a/lost', 'a/x']);
    expect(files.diagnostics()).toMatchObject([
      { severity: 'warning', code: 'REPOSITORY_LINK_OUTSIDE', origin: { file: 'a/away' } },
      { severity: 'warning', code: 'REPOSITORY_LINK_DANGLING', origin: { file: 'a/lost' } },
    ]);
  });

  it('does not multiply folders without end', async () => {
    const files = await filesOf(multiplying(), { entries: 1000 });

    await expect(files.list('d0')).rejects.toMatchObject({ code: 'REPOSITORY_FOLDER_TOO_LARGE' });
  });

  it('is bounded', async () => {
    const files = await filesOf({ a: '', b: '', c: '' }, { entries: 2 });

    await expect(files.list('')).rejects.toMatchObject({ code: 'REPOSITORY_FOLDER_TOO_LARGE' });
    await expect(files.layOut('')).rejects.toMatchObject({ code: 'REPOSITORY_FOLDER_TOO_LARGE' });
  });
});

describe('layOut', () => {
  it('writes files and programs, and copies in place of links', async () => {
    const files = await filesOf({
      'a/x.txt': 'x',
      'a/b/run': { program: '#!/bin/sh' },
      'a/file': { link: '../c/y' },
      'a/folder': { link: '../c' },
      'a/evil': { link: '/etc/passwd' },
      'a/loop': { link: '.' },
      'c/y': 'y',
    });

    await using laidOut = await files.layOut('a');
    const names = await readdir(laidOut.path, { recursive: true });
    const [file, folder] = await Promise.all(
      ['file', 'folder/y'].map((name) => readFile(join(laidOut.path, name), 'utf8')),
    );
    const mode = (await stat(join(laidOut.path, 'b/run'))).mode & 0o777;
    const rights = (await stat(laidOut.path)).mode & 0o777;

    expect(names.sort()).toEqual(['b', 'b/run', 'file', 'folder', 'folder/y', 'x.txt']);
    expect([file, folder, mode, rights]).toEqual(['y', 'y', 0o755, 0o700]);
    expect(files.diagnostics()).toMatchObject([
      { severity: 'warning', code: 'REPOSITORY_LINK_OUTSIDE', origin: { file: 'a/evil' } },
    ]);
  });

  it('is gone once disposed', async () => {
    const files = await filesOf({ a: 'a' });

    const path = await (async () => {
      await using laidOut = await files.layOut('');
      return laidOut.path;
    })();

    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  it('does not multiply folders without end', async () => {
    const files = await filesOf(multiplying(), { entries: 1000 });

    await expect(files.layOut('d0')).rejects.toMatchObject({ code: 'REPOSITORY_FOLDER_TOO_LARGE' });
  });

  it('bounds bytes', async () => {
    const files = await filesOf({ a: 'x'.repeat(100), b: 'y'.repeat(100) }, { layOutBytes: 150 });

    await expect(files.layOut('')).rejects.toMatchObject({ code: 'REPOSITORY_FOLDER_TOO_LARGE' });
  });

  it('is empty where nothing is', async () => {
    await using laidOut = await (await filesOf({ a: '' })).layOut('b');

    expect(await readdir(laidOut.path)).toEqual([]);
  });
});

describe('changedInputs', () => {
  const base: Readonly<Record<string, TestContent>> = {
    'apps/shop/a.yaml': 'a',
    'apps/shop/link': { link: '../../base/b.yaml' },
    'apps/other/c.yaml': 'c',
    'base/b.yaml': 'b',
    'base/d.yaml': 'd',
  };

  it.each<[string, Readonly<Record<string, TestContent>>, readonly string[]]>([
    ['a file beside', { 'apps/other/c.yaml': 'C', 'base/d.yaml': 'D' }, []],
    ['a file that was read', { 'apps/shop/a.yaml': 'A' }, ['apps/shop']],
    ['what a link leads to', { 'base/b.yaml': 'B' }, ['base/b.yaml']],
    ['the link', { 'apps/shop/link': { link: 'a.yaml' } }, ['apps/shop', 'apps/shop/link']],
    ['a new file in a folder that was listed', { 'apps/shop/new': '' }, ['apps/shop']],
    ['a file that was missing', { 'base/values.yaml': '' }, ['base/values.yaml']],
    ['a folder above it that was missing', { 'extra/x/values.yaml': '' }, ['extra/x/values.yaml']],
    ['a link above it', { extra: { link: 'base' } }, ['extra/x/values.yaml']],
    ['a file that became a link to the same', { 'base/b.yaml': { link: 'b' } }, ['base/b.yaml']],
    ['a file that became a program', { 'base/b.yaml': { program: 'b' } }, ['base/b.yaml']],
    ['a file that went', { 'base/b.yaml': null }, ['base/b.yaml']],
  ])('notices %s', async (_name, change, expected) => {
    const files = await filesOf(base);
    await files.list('apps/shop');
    await files.read('apps/shop/link');
    await files.read('base/values.yaml');
    await files.read('extra/x/values.yaml');
    const record = JSON.parse(JSON.stringify(files.record()));

    const revision = await remote.commit({ files: change });
    await mirror.fetch(never);

    expect(await changedInputs(mirror, record, revision, never)).toEqual(expected);
    expect(await changedInputs(mirror, record, files.revision, never)).toEqual([]);
  });
});

/** Twenty folders, each of which leads to the next one twice. */
function multiplying(): Readonly<Record<string, TestContent>> {
  const content = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => index).flatMap((index) => [
      [`d${index}/one`, { link: `../d${index + 1}` }],
      [`d${index}/two`, { link: `../d${index + 1}` }],
    ]),
  );
  return { ...content, 'd20/x': 'x' };
}

async function filesOf(
  content: Readonly<Record<string, TestContent>>,
  bounds: FileBounds = {},
): Promise<RevisionFiles> {
  const revision = await remote.commit({ files: content });
  await mirror.fetch(never);
  return await openRevision(mirror, revision, never, bounds);
}

async function text(files: RevisionFiles, path: string): Promise<string> {
  return Buffer.from((await files.read(path)) ?? 'missing').toString();
}
