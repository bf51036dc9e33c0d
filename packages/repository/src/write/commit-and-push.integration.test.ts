import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openRevision } from '../files/revision-files.ts';
import { commitsBetween } from '../history/commits-between.ts';
import { compareRevisions } from '../history/compare-revisions.ts';
import type { Mirror } from '../mirror/open-mirror.ts';
import { startGitHttpServer } from '../testing/git-http-server.ts';
import { openTestMirror } from '../testing/test-mirror.ts';
import { openTestRemote, type TestRemote } from '../testing/test-remote.ts';
import { type CommitRequest, commitFiles, type FileChange } from './commit-files.ts';
import { pushCommit } from './push-commit.ts';
import { takeBack } from './take-back.ts';

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

describe('commitFiles', () => {
  it('changes exactly the files that were named', async () => {
    const base = await commit({ a: '1', 'x/y': '1', run: { program: '1' }, keep: '1', 'p/q': '' });

    const revision = await commitOn(base, [
      { path: 'a', content: 'new' },
      { path: 'x/y', content: undefined },
      { path: 'run', content: '2' },
      { path: 'deep/ü\n"', content: Uint8Array.of(0, 255) },
      { path: 'p', content: 'a file in place of a folder' },
      { path: 'missing', content: undefined },
    ]);

    expect(await compareRevisions(mirror, base, revision ?? '', never)).toEqual([
      { path: 'a', kind: 'changed' },
      { path: 'deep/ü\n"', kind: 'added' },
      { path: 'p', kind: 'added' },
      { path: 'p/q', kind: 'removed' },
      { path: 'run', kind: 'changed' },
      { path: 'x/y', kind: 'removed' },
    ]);
    const files = await openRevision(mirror, revision ?? '', never);
    expect([...((await files.read('deep/ü\n"')) ?? [])]).toEqual([0, 255]);
    await files.read('run');
    expect(files.record()['run']).toMatch(/^program:/);
  });

  it('bears the names and the time that it was given', async () => {
    const base = await commit({ a: '1' });

    const revision = await commitOn(base, [{ path: 'a', content: '2' }], {
      author: { name: 'Ann\n<x>', email: 'ann@example.com' },
      committer: { name: ' ', email: 'bot@example.com' },
      message: 'Adopt replicas\n\n# no comment',
      at: '2026-01-02T03:04:05Z',
    });

    const found = await commitsBetween(mirror, { from: base, to: revision ?? '', limit: 2 }, never);
    expect(found.commits).toEqual([
      {
        revision,
        parents: [base],
        author: { name: 'Annx', email: 'ann@example.com' },
        authoredAt: '2026-01-02T03:04:05.000Z',
        committer: { name: 'unknown', email: 'bot@example.com' },
        committedAt: '2026-01-02T03:04:05.000Z',
        summary: 'Adopt replicas',
      },
    ]);
  });

  it('gives the same commit for the same request, and none for no change', async () => {
    const base = await commit({ a: '1' });
    const change = [{ path: 'a', content: '2' }];

    const [one, two] = await Promise.all([commitOn(base, change), commitOn(base, change)]);

    expect(one).toBe(two);
    expect(await commitOn(base, [{ path: 'a', content: '1' }])).toBeUndefined();
    expect(await readdir(join(mirror.privateFolder, 'tmp'))).toEqual([]);
  });

  it('begins a history', async () => {
    const revision = await commitOn(undefined, [{ path: 'a', content: '1' }]);

    expect(await commitsBetween(mirror, { to: revision ?? '', limit: 2 }, never)).toMatchObject({
      commits: [{ parents: [] }],
    });
  });

  it.each(['', '../a', '/a', '.git/config', 'a/.GIT/x', 'a\0b'])(
    'refuses the path %j',
    async (path) => {
      const base = await commit({ a: '1' });

      await expect(commitOn(base, [{ path, content: '' }])).rejects.toMatchObject({
        family: 'stalled',
        code: 'REPOSITORY_PATH_INVALID',
      });
    },
  );
});

describe('takeBack', () => {
  const words = {
    message: 'Take it back',
    author: { name: 'Ann', email: 'ann@example.com' },
    committer: { name: 'Trueup', email: 'bot@example.com' },
    at: '2026-01-02T03:04:05Z',
  };

  it('takes back several commits at once, and nothing that came since', async () => {
    const before = await commit({ a: '1', keep: '1' });
    await commit({ a: '2' });
    const after = await commit({ b: 'new' });
    const onto = await commit({ keep: '2' });

    const taken = await takeBack(mirror, { before, after, onto, ...words }, never);

    const revision = taken.kind === 'made' ? taken.revision : '';
    expect(await compareRevisions(mirror, onto, revision, never)).toEqual([
      { path: 'a', kind: 'changed' },
      { path: 'b', kind: 'removed' },
    ]);
    const { commits } = await commitsBetween(mirror, { from: onto, to: revision, limit: 2 }, never);
    expect(commits).toMatchObject([
      { parents: [onto], author: words.author, summary: 'Take it back' },
    ]);
    expect(await takeBack(mirror, { before, after, onto: revision, ...words }, never)).toEqual({
      kind: 'nothing',
    });
  });

  it('names the files that later changes touched as well', async () => {
    const before = await commit({ a: '1' });
    const after = await commit({ a: '2' });
    const onto = await commit({ a: '3' });

    const taken = await takeBack(mirror, { before, after, onto, ...words }, never);

    expect(taken).toEqual({ kind: 'conflicts', files: ['a'] });
  });
});

describe('pushCommit', () => {
  it('moves a branch from where it was expected', async () => {
    const base = await commit({ a: '1' });
    const revision = (await commitOn(base, [{ path: 'a', content: '2' }])) ?? '';

    expect(await pushCommit(mirror, { revision, branch: 'main', expected: base }, never)).toEqual({
      kind: 'pushed',
    });
    expect(await remote.git('rev-parse', 'main')).toBe(revision);
  });

  it('is harmless when repeated', async () => {
    const base = await commit({ a: '1' });
    const revision = (await commitOn(base, [{ path: 'a', content: '2' }])) ?? '';
    await pushCommit(mirror, { revision, branch: 'main', expected: base }, never);

    const again = await pushCommit(mirror, { revision, branch: 'main', expected: revision }, never);

    expect(again).toEqual({ kind: 'pushed' });
  });

  it('makes a branch only where there is none', async () => {
    const revision = await commit({ a: '1' });

    expect(await pushCommit(mirror, { revision, branch: 'new' }, never)).toEqual({
      kind: 'pushed',
    });
    expect(
      await pushCommit(
        mirror,
        { revision: (await commitOn(revision, [{ path: 'b', content: '' }])) ?? '', branch: 'new' },
        never,
      ),
    ).toEqual({ kind: 'moved' });
    expect(await remote.git('rev-parse', 'new')).toBe(revision);
  });

  it('leaves a branch alone that moved meanwhile', async () => {
    const base = await commit({ a: '1' });
    const revision = (await commitOn(base, [{ path: 'a', content: '2' }])) ?? '';
    const other = await remote.commit({ files: { b: '1' } });

    expect(await pushCommit(mirror, { revision, branch: 'main', expected: base }, never)).toEqual({
      kind: 'moved',
    });
    expect(await remote.git('rev-parse', 'main')).toBe(other);
  });

  it('tells when the rules of the server refuse it', async () => {
    const base = await commit({ a: '1' });
    const revision = (await commitOn(base, [{ path: 'a', content: '2' }])) ?? '';
    await mkdir(join(remote.folder, 'hooks'), { recursive: true });
    await writeFile(join(remote.folder, 'hooks', 'pre-receive'), '#!/bin/sh\nexit 1\n');
    await chmod(join(remote.folder, 'hooks', 'pre-receive'), 0o755);

    await expect(
      pushCommit(mirror, { revision, branch: 'main', expected: base }, never),
    ).rejects.toMatchObject({ family: 'stalled', code: 'REPOSITORY_PUSH_REFUSED' });
  });

  it('goes over http with a credential', async () => {
    await using server = await startGitHttpServer(remote.folder, {
      authorization: `Basic ${btoa('bot:right')}`,
    });
    await using opened = await openTestMirror(server.url, {
      credentials: { git: { kind: 'password', username: 'bot', password: 'right' } },
      mirror: { credential: 'git' },
    });
    const base = await remote.commit({ files: { a: '1' } });
    await opened.mirror.fetch(never);
    const request = { ...requestOf(base, [{ path: 'a', content: '2' }]) };
    const revision = (await commitFiles(opened.mirror, request, never)) ?? '';

    const outcome = await pushCommit(
      opened.mirror,
      { revision, branch: 'main', expected: base },
      never,
    );

    expect(outcome).toEqual({ kind: 'pushed' });
    expect(await remote.git('rev-parse', 'main')).toBe(revision);
  });
});

async function commit(files: Parameters<TestRemote['commit']>[0]['files']): Promise<string> {
  const revision = await remote.commit({ files });
  await mirror.fetch(never);
  return revision;
}

function commitOn(
  base: string | undefined,
  changes: readonly FileChange[],
  rest: Partial<CommitRequest> = {},
): Promise<string | undefined> {
  return commitFiles(mirror, { ...requestOf(base, changes), ...rest }, never);
}

function requestOf(base: string | undefined, changes: readonly FileChange[]): CommitRequest {
  const person = { name: 'Trueup', email: 'bot@example.com' };
  const request = { changes, message: 'change', author: person, committer: person };
  return { ...request, at: '2026-01-01T00:00:00Z', ...(base !== undefined && { base }) };
}
