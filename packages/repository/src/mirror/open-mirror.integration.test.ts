import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openRevision } from '../files/revision-files.ts';
import { lookAtBranch, resolveBranch } from '../history/look-at-branch.ts';
import { type GitHttpServer, startGitHttpServer } from '../testing/git-http-server.ts';
import { openTestMirror, type TestMirror, type TestMirrorOptions } from '../testing/test-mirror.ts';
import { openTestRemote, type TestRemote } from '../testing/test-remote.ts';
import { collectGarbage, keepOnly, keepRevision, releaseRevision } from './keep-revision.ts';

const never = new AbortController().signal;
let resources: AsyncDisposableStack;
let remote: TestRemote;

beforeEach(async () => {
  resources = new AsyncDisposableStack();
  remote = resources.use(await openTestRemote());
});
afterEach(() => resources.disposeAsync());

describe('a branch', () => {
  it('is unborn in an empty repository', async () => {
    const { mirror } = await open(remote.url);

    await mirror.fetch(never);

    expect(await lookAtBranch(mirror, 'main', undefined, never)).toEqual({ kind: 'unborn' });
    expect(await resolveBranch(mirror, 'main', never)).toBeUndefined();
  });

  it('is first, unchanged, advanced, forced and deleted', async () => {
    const { mirror } = await open(remote.url);
    async function look(known: string | undefined) {
      await mirror.fetch(never);
      return await lookAtBranch(mirror, 'main', known, never);
    }

    const one = await remote.commit({ files: { a: '1' } });
    expect(await look(undefined)).toEqual({ kind: 'first', revision: one });
    expect(await look(one)).toEqual({ kind: 'unchanged', revision: one });

    const two = await remote.commit({ files: { a: '2' } });
    expect(await look(one)).toEqual({ kind: 'advanced', from: one, revision: two });

    const other = await remote.commit({ files: { a: '3' }, orphan: true });
    expect(await look(two)).toEqual({ kind: 'forced', from: two, revision: other });
    expect(await look('f'.repeat(40))).toMatchObject({ kind: 'forced', revision: other });

    await remote.git('update-ref', '-d', 'refs/heads/main');
    expect(await look(other)).toEqual({ kind: 'deleted', from: other });
  });

  it('may take the place of a folder of branches', async () => {
    const { mirror } = await open(remote.url);
    await remote.commit({ branch: 'a/b', files: { x: '' } });
    await mirror.fetch(never);
    await remote.git('update-ref', '-d', 'refs/heads/a/b');
    const revision = await remote.commit({ branch: 'a', files: { y: '' } });

    await mirror.fetch(never);

    expect(await resolveBranch(mirror, 'a', never)).toBe(revision);
  });
});

describe('fetch', () => {
  it('is shared by those who ask while it has not begun', async () => {
    const server = await serve();
    await remote.commit({ files: { a: '1' } });
    const { mirror } = await open(server.url);

    await Promise.all(Array.from({ length: 5 }, () => mirror.fetch(never)));

    expect(server.fetches()).toBe(1);
  });

  it('sees what was pushed before it was asked for, also beside another fetch', async () => {
    const server = await serve();
    await remote.commit({ files: { a: '1' } });
    const { mirror } = await open(server.url);
    const first = mirror.fetch(never);
    await reached(server, 1);
    const two = await remote.commit({ files: { a: '2' } });

    const more = [mirror.fetch(never), mirror.fetch(never)];
    await Promise.all([first, ...more]);

    expect(await resolveBranch(mirror, 'main', never)).toBe(two);
    expect(server.fetches()).toBe(2);
  });

  it('aborts at once, for those who asked to', async () => {
    const server = await serve();
    server.answerWith(() => undefined);
    const { mirror } = await open(server.url);
    const [one, other] = [new AbortController(), new AbortController()];
    const reason = new Error('enough');
    const fetches = [mirror.fetch(one.signal), mirror.fetch(other.signal)];
    await reached(server, 1);

    one.abort(reason);
    await expect(fetches[0]).rejects.toBe(reason);
    other.abort(reason);
    await expect(fetches[1]).rejects.toBe(reason);
  });

  it('goes on for the others when one aborts', async () => {
    const server = await serve();
    const revision = await remote.commit({ files: { a: '1' } });
    const { mirror } = await open(server.url);
    const controller = new AbortController();
    const aborted = mirror.fetch(controller.signal);
    const other = mirror.fetch(never);

    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await other;

    expect(await resolveBranch(mirror, 'main', never)).toBe(revision);
  });

  it('leaves readers alone', async () => {
    const { mirror } = await open(remote.url);
    const one = await remote.commit({ files: { a: '1' } });
    await mirror.fetch(never);
    const files = await openRevision(mirror, one, never);

    await remote.commit({ files: { a: '2' }, orphan: true });
    await mirror.fetch(never);

    expect(String(await files.read('a'))).toBe('1');
  });

  it('refuses objects that lead out of the repository', async () => {
    const blob = await remote.git('hash-object', '-w', '/dev/null');
    const tree = await remote.git(
      'hash-object',
      '-w',
      '--literally',
      '-t',
      'tree',
      await rawTree(blob),
    );
    const commit = await remote.git('commit-tree', '-m', 'evil', tree);
    await remote.git('update-ref', 'refs/heads/main', commit);
    const { mirror } = await open(remote.url);

    await expect(mirror.fetch(never)).rejects.toMatchObject({
      family: 'stalled',
      code: 'REPOSITORY_OBJECTS_REFUSED',
    });
    expect(await resolveBranch(mirror, 'main', never)).toBeUndefined();
  });

  it('goes on after git was killed in the middle', async () => {
    const first = await open(remote.url);
    const one = await remote.commit({ files: { a: '1' } });
    const repository = join(first.folder, 'repository.git');
    await mkdir(join(repository, 'refs/heads'), { recursive: true });
    await writeFile(join(repository, 'refs/heads/main.lock'), '');
    await writeFile(join(repository, 'packed-refs.lock'), '');

    const again = await open(remote.url, { mirror: { folder: first.folder } });
    await again.mirror.fetch(never);

    expect(await resolveBranch(again.mirror, 'main', never)).toBe(one);
  });
});

describe('the mirror', () => {
  it('runs no hooks and reads no settings of what it holds', async () => {
    const opened = await open(remote.url);
    const hooks = join(opened.folder, 'repository.git', 'hooks');
    await mkdir(hooks, { recursive: true });
    const hook = join(hooks, 'reference-transaction');
    await writeFile(hook, `#!/bin/sh\ntouch ${opened.folder}/ran\n`);
    await chmod(hook, 0o755);
    await remote.commit({ files: { a: '1' } });

    await opened.mirror.fetch(never);

    expect(await readdir(opened.folder)).not.toContain('ran');
  });

  it('refuses a URL that it does not understand', async () => {
    await expect(open('ext::sh')).rejects.toMatchObject({ code: 'REPOSITORY_URL_INVALID' });
  });

  it('keeps what it was told to keep, when garbage is collected', async () => {
    const { mirror } = await open(remote.url);
    const one = await remote.commit({ files: { a: '1' } });
    await mirror.fetch(never);
    await keepRevision(mirror, one, never);
    await keepRevision(mirror, one, never);
    await remote.commit({ files: { a: '2' }, orphan: true });
    await mirror.fetch(never);

    await mirror.run({ arguments: ['gc', '--quiet', '--prune=now'] }, never);
    await collectGarbage(mirror, never);
    expect(String(await (await openRevision(mirror, one, never)).read('a'))).toBe('1');

    await releaseRevision(mirror, one, never);
    await releaseRevision(mirror, one, never);
    await mirror.run({ arguments: ['gc', '--quiet', '--prune=now'] }, never);
    // A reader that has a pack open reads on from it.
    await mirror.objects.renew();
    await expect(openRevision(mirror, one, never)).rejects.toMatchObject({
      code: 'REPOSITORY_REVISION_MISSING',
    });
  });

  it('keeps exactly what is named, as far as it is here', async () => {
    const { mirror } = await open(remote.url);
    const one = await remote.commit({ files: { a: '1' } });
    await mirror.fetch(never);
    const two = await remote.commit({ files: { a: '2' }, orphan: true });
    await mirror.fetch(never);

    await keepOnly(mirror, [one, two, 'f'.repeat(40)], never);
    await keepOnly(mirror, [one], never);
    await remote.commit({ files: { a: '3' }, orphan: true });
    await mirror.fetch(never);
    await mirror.run({ arguments: ['gc', '--quiet', '--prune=now'] }, never);
    await mirror.objects.renew();

    expect(String(await (await openRevision(mirror, one, never)).read('a'))).toBe('1');
    await expect(openRevision(mirror, two, never)).rejects.toMatchObject({
      code: 'REPOSITORY_REVISION_MISSING',
    });
  });

  it('reads on after its reader was killed', async () => {
    const { mirror } = await open(remote.url);
    const one = await remote.commit({ files: { a: '1', b: '2' } });
    await mirror.fetch(never);
    const files = await openRevision(mirror, one, never);
    await files.read('a');

    for (const pid of await readersOf(mirror.privateFolder)) process.kill(pid, 'SIGKILL');

    expect(String(await files.read('b'))).toBe('2');
  });
});

async function open(
  url: string,
  options: TestMirrorOptions = {},
): Promise<Pick<TestMirror, 'mirror' | 'folder'>> {
  return resources.use(await openTestMirror(url, options));
}

/** Goes with the other resources of the test. */
async function serve(): Promise<Omit<GitHttpServer, typeof Symbol.asyncDispose>> {
  return resources.use(await startGitHttpServer(remote.folder));
}

async function reached(server: Pick<GitHttpServer, 'fetches'>, fetches: number): Promise<void> {
  while (server.fetches() < fetches) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** A tree with an entry `..`, written to a file. */
async function rawTree(blob: string): Promise<string> {
  const path = join(remote.folder, 'raw-tree');
  await writeFile(path, Buffer.concat([Buffer.from('100644 ..\0'), Buffer.from(blob, 'hex')]));
  return path;
}

/** Processes of git that work in this folder. */
async function readersOf(folder: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const texts = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')),
  );
  return pids.filter((_, index) => texts[index]?.includes(`GIT_DIR=${folder}/repository.git`));
}
