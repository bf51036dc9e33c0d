import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type Git, openGit } from '../git/git.ts';
import { blameWorkTree } from './blame-work-tree.ts';

const { signal } = new AbortController();

describe('a line of a checkout', () => {
  let folder: string;
  let git: Git;

  beforeEach(async () => {
    git = await openGit(process.env['PATH'] ?? '', signal);
    folder = await mkdtemp(join(tmpdir(), 'trueup-blame-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function commitFile(): Promise<void> {
    await mkdir(join(folder, 'apps'));
    await writeFile(join(folder, 'apps/web.yaml'), 'replicas: 2\nimage: web\n');
    const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
    const run = (...words: readonly string[]) =>
      execFileSync('git', [...author, ...words], { cwd: folder });
    run('init', '-q', '-b', 'main');
    run('add', '.');
    run('commit', '-q', '-m', 'web: two of them');
  }

  it('names who wrote it, from a folder within', async () => {
    await commitFile();

    const place = { folder: join(folder, 'apps'), file: 'web.yaml', line: 2 };

    expect(await blameWorkTree(git, place, signal)).toMatchObject({
      author: { name: 'Ada', email: 'ada@example.com' },
      summary: 'web: two of them',
    });
  });

  it('names nobody while it is not committed', async () => {
    await commitFile();
    await appendFile(join(folder, 'apps/web.yaml'), 'port: 80\n');

    const place = { folder, file: 'apps/web.yaml', line: 3 };

    expect(await blameWorkTree(git, place, signal)).toBeUndefined();
  });

  it.each([
    ['a line that is not there', 'apps/web.yaml', 9],
    ['a file that is not there', 'apps/none.yaml', 1],
  ])('names nobody for %s', async (_name, file, line) => {
    await commitFile();

    expect(await blameWorkTree(git, { folder, file, line }, signal)).toBeUndefined();
  });

  it('names nobody outside of a checkout', async () => {
    await writeFile(join(folder, 'web.yaml'), 'replicas: 2\n');

    expect(await blameWorkTree(git, { folder, file: 'web.yaml', line: 1 }, signal)).toBeUndefined();
  });
});
