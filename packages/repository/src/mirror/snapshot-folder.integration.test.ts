import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openRevision } from '../files/revision-files.ts';
import { compareRevisions } from '../history/compare-revisions.ts';
import { openTestMirror, type TestMirror } from '../testing/test-mirror.ts';
import { snapshotFolder } from './snapshot-folder.ts';

const never = new AbortController().signal;
let opened: TestMirror;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-work-'));
  opened = await openTestMirror(`file://${folder}`);
});
afterEach(async () => {
  await opened[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe('snapshotFolder', () => {
  it('gives what a commit would hold', async () => {
    await mkdir(join(folder, 'a', '.git'), { recursive: true });
    await writeFile(join(folder, 'a', 'x.yaml'), 'x: 1\r\n');
    await writeFile(join(folder, 'a', '.git', 'config'), 'secret');
    await writeFile(join(folder, 'ignored.txt'), 'secret');
    await writeFile(join(folder, '.gitignore'), 'ignored.txt\n');
    await writeFile(join(folder, '.gitattributes'), '* text=auto filter=evil\n');
    await symlink('a/x.yaml', join(folder, 'link'));

    const tree = await snapshotFolder(opened.mirror, folder, never);

    const files = await openRevision(opened.mirror, tree, never);
    expect(await files.list('')).toEqual(['.gitattributes', '.gitignore', 'a/x.yaml', 'link']);
    expect(String(await files.read('link'))).toMatch(/^x: 1\r?\n$/);
    expect((await readdir(folder)).sort()).toEqual([
      '.gitattributes',
      '.gitignore',
      'a',
      'ignored.txt',
      'link',
    ]);
  });

  it('sees what changed since, and answers the same when nothing did', async () => {
    await writeFile(join(folder, 'a'), '1');
    await writeFile(join(folder, 'b'), '1');
    const one = await snapshotFolder(opened.mirror, folder, never);
    expect(await snapshotFolder(opened.mirror, folder, never)).toBe(one);

    await writeFile(join(folder, 'a'), '2');
    await rm(join(folder, 'b'));
    const [two, three] = await Promise.all([
      snapshotFolder(opened.mirror, folder, never),
      snapshotFolder(opened.mirror, folder, never),
    ]);

    expect(three).toBe(two);
    expect(await compareRevisions(opened.mirror, one, two, never)).toEqual([
      { path: 'a', kind: 'changed' },
      { path: 'b', kind: 'removed' },
    ]);
    expect(await readdir(join(opened.folder, 'tmp'))).toEqual([]);
  });

  it('runs nothing of the folder', async () => {
    await mkdir(join(folder, '.git', 'hooks'), { recursive: true });
    await writeFile(join(folder, '.git', 'config'), `[core]\n\tfsmonitor = touch ${folder}/ran\n`);
    await writeFile(join(folder, 'a'), '1');

    await snapshotFolder(opened.mirror, folder, never);

    expect(await readdir(folder)).not.toContain('ran');
  });

  it('gives the empty tree for an empty folder', async () => {
    const files = await openRevision(
      opened.mirror,
      await snapshotFolder(opened.mirror, folder, never),
      never,
    );

    expect(await files.list('')).toEqual([]);
  });
});
