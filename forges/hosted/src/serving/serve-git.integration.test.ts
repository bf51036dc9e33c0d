import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openRequest } from '../host/open-request.ts';
import type { HostedActor } from '../model/hosted-merge-request.ts';
import { git, mustGit } from '../testing/git-client.ts';
import { type GitHttpServer, startGitHttpServer } from '../testing/git-http-server.ts';
import { openTestHost, path, type TestHost } from '../testing/hosted-fixture.ts';
import { actorOf, pushFiles } from '../testing/hosted-stage.ts';
import { GitServer } from './serve-git.ts';

let opened: TestHost;
let server: GitHttpServer;
let work: string;

beforeEach(async () => {
  opened = await openTestHost();
  const { host, client } = opened;
  const actors = new Map<string, HostedActor>(
    (['none', 'read', 'write', 'admin'] as const).map((permission) => {
      const user = client.people.create(permission);
      client.people.grant(path, user, permission);
      return [permission, actorOf(user, permission)];
    }),
  );
  const limits = { timeoutMs: 60_000, idleMs: 60_000, bodyBytes: 200 * 1024 ** 2 };
  server = await startGitHttpServer(new GitServer({ host, limits, parallel: 8 }), actors);
  work = join(opened.folder, 'work');
  await mkdir(work);
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await opened[Symbol.asyncDispose]();
});

// A large push and a crowd cost half a minute: they are for machines that check a forge in earnest.
const isThorough = (process.env['TRUEUP_REQUIRE'] ?? '').split(',').includes('forge');
const largeMegabytes = isThorough ? 100 : 10;
const many = isThorough ? 50 : 10;

describe('git over HTTP', () => {
  it('clones and fetches, by protocol 2 and by the older ones', async () => {
    for (const version of ['0', '1', '2']) {
      const folder = `clone-${version}`;
      await mustGit(work, '-c', `protocol.version=${version}`, 'clone', url('read'), folder);
      expect(await readFile(join(work, folder, 'README.md'), 'utf8')).toBe('Shop.\n');
    }
    const head = await pushFiles(opened.host, { branch: 'other', files: { a: '1' } });
    await mustGit(join(work, 'clone-2'), 'fetch', 'origin');

    expect(await mustGit(join(work, 'clone-2'), 'rev-parse', 'origin/other')).toBe(head);
  });

  it('takes a push, and lets records follow it', async () => {
    const folder = await clone('write');
    const first = await commit(folder, 'change', { 'a.txt': '1' });
    await mustGit(folder, 'push', 'origin', 'change');
    const request = await openChange('change');
    expect(request.sourceCommit).toBe(first);

    const second = await commit(folder, 'change', { 'a.txt': '2' });
    await mustGit(folder, 'push', 'origin', 'change');

    const { repository } = await opened.host.open(path);
    const after = await opened.host.shelf.request(repository, request.number);
    expect(after?.sourceCommit).toBe(second);
    // Git's own authors are anybody's word; whose token it was is not.
    expect(after?.pushers?.map(({ login }) => login)).toEqual(['write']);
    expect(opened.client.events.at(-1)).toMatchObject({ kind: 'merge-request', action: 'updated' });
    expect(opened.client.events).toContainEqual(
      expect.objectContaining({ kind: 'push', branch: 'change', before: first, after: second }),
    );
  });

  it('serves shallow and partial clones, and takes a push from them', async () => {
    for (const one of ['1', '2', '3'])
      await pushFiles(opened.host, { branch: 'main', files: { one } });

    await mustGit(work, 'clone', '--quiet', '--depth', '1', url('write'), 'clone');
    await mustGit(work, 'clone', '--quiet', '--filter=blob:none', url('read'), 'partial');

    const folder = join(work, 'clone');
    expect(await mustGit(folder, 'rev-list', '--count', 'HEAD')).toBe('1');
    const head = await commit(folder, 'shallow', { a: '1' });
    await mustGit(folder, 'push', 'origin', 'shallow');
    expect(await headOf('shallow')).toBe(head);
    expect(await mustGit(join(work, 'partial'), 'show', 'HEAD~1:one')).toBe('2');
  });

  it('lets nobody in without a token, and nobody see what they may not', async () => {
    const anonymous = `http://127.0.0.1:${server.port}/git/${path}.git`;

    expect((await git(work, ['ls-remote', anonymous])).code).not.toBe(0);
    expect((await git(work, ['ls-remote', url('none')])).stderr).toContain('not found');
    expect((await git(work, ['ls-remote', url('read', 'shop/other')])).stderr).toContain(
      'not found',
    );
  });

  it('takes no push of somebody who may only read', async () => {
    const folder = await clone('read');
    await commit(folder, 'change', { a: '1' });

    const end = await git(folder, ['push', 'origin', 'change']);

    expect(end.stderr).toContain('403');
    expect(await branches()).toEqual(['main']);
  });

  it('refuses a push to a protected branch, whatever else is pushed', async () => {
    const folder = await clone('admin');
    await commit(folder, 'main', { a: '1' });
    await mustGit(folder, 'branch', 'beside');
    const other = await mustGit(folder, 'commit-tree', '-m', 'Other', 'HEAD^{tree}');

    for (const push of [
      ['push', 'origin', 'main'],
      ['push', '--force', 'origin', `${other}:main`],
      ['push', 'origin', ':main'],
      ['push', 'origin', 'main', 'beside'],
    ]) {
      const { code, stderr } = await git(folder, push);
      expect(code).not.toBe(0);
      expect(stderr).toContain('protected branch');
    }
    expect(await branches()).toEqual(['main']);
    expect(await readOnServer('main', 'README.md')).toBe('Shop.');
  });

  it('takes a forced push to any other branch', async () => {
    const folder = await clone('write');
    await commit(folder, 'change', { a: '1' });
    await mustGit(folder, 'push', 'origin', 'change');
    await mustGit(folder, 'commit', '--quiet', '--amend', '-m', 'Again');

    expect((await git(folder, ['push', 'origin', 'change'])).code).not.toBe(0);
    await mustGit(folder, 'push', '--force', 'origin', 'change');

    expect(await mustGit(folder, 'rev-parse', 'HEAD')).toBe(await headOf('change'));
  });

  it('shows and takes nothing but branches and tags', async () => {
    const folder = await clone('write');
    await commit(folder, 'change', { a: '1' });
    await mustGit(folder, 'tag', 'v1');
    await mustGit(folder, 'push', 'origin', 'change', 'v1');
    await openChange('change');

    const refs = await mustGit(folder, 'ls-remote', 'origin');
    expect(refs.split('\n').map((line) => line.split('\t')[1])).toEqual([
      'HEAD',
      'refs/heads/change',
      'refs/heads/main',
      'refs/tags/v1',
    ]);
    for (const ref of ['refs/merge-requests/1/head', 'refs/trueup/x', 'refs/kept/x', 'HEAD']) {
      const { code } = await git(folder, ['push', '--force', 'origin', `HEAD:${ref}`]);
      expect(code).not.toBe(0);
    }
    const moved = await git(folder, ['push', '--force', 'origin', 'HEAD~1:refs/tags/v1']);
    expect(moved.stderr).toContain('a tag stays where it is');
  });

  it.each(['--upload-pack=touch-x', 'a;rm -rf b', '$(id)', '../../../x', 'a..b', 'x.lock', '@{u}'])(
    'takes no harm of a branch that is called %s',
    async (name) => {
      const answer = await pushRaw(`refs/heads/${name}`);

      expect(answer).toContain(/[ ~^:?*[\\]|^-|\.\.|\.lock$|@\{/.test(name) ? 'ng ' : 'ok ');
      expect(await readdir(work)).toEqual([]);
    },
  );

  it('reads a push that came packed, and one that is no push', async () => {
    const packed = await exchange(gzipSync(Buffer.from('0000')), { 'content-encoding': 'gzip' });
    expect(packed.status).toBe(200);

    for (const body of ['', '00', 'zzzz', '0003', 'fff0', '0009x\0y0000', `${'x'.repeat(99)}`]) {
      expect((await exchange(Buffer.from(body))).status).toBe(400);
    }
    const broken = await exchange(Buffer.from('no gzip'), { 'content-encoding': 'gzip' });
    expect(broken.status).not.toBe(200);
    expect((await exchange(Buffer.from('0000'), { 'content-encoding': 'br' })).status).toBe(400);
  });

  it(`takes a push of ${largeMegabytes} MB, and sends it again`, async () => {
    const folder = await clone('write');
    await mustGit(folder, 'checkout', '--quiet', '-b', 'large');
    await writeFile(join(folder, 'large.bin'), randomBytes(largeMegabytes * 1024 ** 2));
    await mustGit(folder, '-c', 'core.compression=0', 'add', '.');
    await mustGit(folder, '-c', 'core.compression=0', 'commit', '--quiet', '-m', 'Large');
    const before = process.memoryUsage().rss;

    await mustGit(folder, '-c', 'core.compression=0', 'push', 'origin', 'large');

    expect(await mustGit(folder, 'rev-parse', 'HEAD')).toBe(await headOf('large'));
    expect(process.memoryUsage().rss - before).toBeLessThan(80 * 1024 ** 2);
    await mustGit(work, 'clone', '--quiet', '--branch', 'large', url('read'), 'again');
    expect((await readFile(join(work, 'again', 'large.bin'))).length).toBe(
      largeMegabytes * 1024 ** 2,
    );
  });

  it('takes no more than it says', async () => {
    const { host, client } = opened;
    const user = client.people.create('small');
    const limits = { timeoutMs: 60_000, idleMs: 60_000, bodyBytes: 100_000 };
    const actors = new Map([['small', actorOf(user, 'write')]]);
    await using small = await startGitHttpServer(new GitServer({ host, limits }), actors);
    const folder = await clone('write');
    await commit(folder, 'change', { a: randomBytes(150_000).toString('base64') });

    const end = await git(folder, ['push', small.url(path, 'small'), 'change']);

    expect(end.code).not.toBe(0);
    expect(await branches()).toEqual(['main']);
  });

  it.each([
    ['that hangs', { idleMs: 300, timeoutMs: 60_000 }],
    ['that takes too long', { idleMs: 60_000, timeoutMs: 300 }],
  ])('ends a push %s', async (_case, times) => {
    const { host, client } = opened;
    const limits = { ...times, bodyBytes: 1_000_000 };
    const actors = new Map([['slow', actorOf(client.people.create('slow'), 'write')]]);
    await using slow = await startGitHttpServer(new GitServer({ host, limits }), actors);
    const place = new URL(`http://127.0.0.1:${slow.port}/git/${path}.git/git-receive-pack`);
    const authorization = `Basic ${Buffer.from('x:slow').toString('base64')}`;
    const type = 'application/x-git-receive-pack-request';
    const command = `${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/slow\0 report-status`;
    const line = `${(command.length + 4).toString(16).padStart(4, '0')}${command}0000PACK`;

    const ended = new Promise<void>((resolve) => {
      const fields = { authorization, 'content-type': type };
      const sent = httpRequest(place, { method: 'POST', headers: fields });
      sent.on('error', () => resolve());
      sent.on('response', (response) => response.on('close', () => resolve()).resume());
      sent.write(line);
    });

    await ended;
    await expect.poll(() => gitProcesses(), { timeout: 10_000 }).toEqual([]);
    expect(await branches()).toEqual(['main']);
  });

  it(`serves ${many} clones and ${many} pushes at once`, async () => {
    const folder = await clone('write');
    for (let count = 0; count < many; count += 1) await mustGit(folder, 'branch', `b-${count}`);

    const ends = await Promise.all(
      Array.from({ length: many }, async (_, count) => [
        await git(folder, ['push', '--quiet', url('write'), `b-${count}`]),
        await git(work, ['clone', '--quiet', '--bare', url('read'), `many-${count}`]),
      ]),
    );

    expect(ends.flat().filter(({ code }) => code !== 0)).toEqual([]);
    expect((await branches()).length).toBe(many + 1);
  });

  it('ends git when the client goes in the middle, and serves the next one', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 20 }, (_, count) => [`f${count}`, randomBytes(400_000).toString('hex')]),
    );
    const big = await pushFiles(opened.host, { branch: 'big', files });
    for (let count = 0; count < 10; count += 1) await abortedClone(big);

    await mustGit(work, 'clone', '--quiet', url('read'), 'after');
    await expect.poll(() => gitProcesses(), { timeout: 10_000 }).toEqual([]);
  });

  it('ends git when a push breaks off, and nothing of it counts', async () => {
    const commits = `${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/broken\0 report-status`;
    const line = `${(commits.length + 4).toString(16).padStart(4, '0')}${commits}0000PACK`;
    await new Promise<void>((resolve) => {
      const sent = httpRequest(target(), { method: 'POST', headers: headers({}) });
      sent.on('error', () => resolve());
      sent.write(line);
      setTimeout(() => sent.destroy(new Error('gone')), 200);
    });

    await expect.poll(() => gitProcesses(), { timeout: 10_000 }).toEqual([]);
    expect(await branches()).toEqual(['main']);
  });
});

function url(token: string, repository = path): string {
  return server.url(repository, token);
}

async function clone(token: string): Promise<string> {
  await mustGit(work, 'clone', '--quiet', url(token), 'clone');
  return join(work, 'clone');
}

async function commit(
  folder: string,
  branch: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  await git(folder, ['checkout', '--quiet', '-B', branch]);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  await mustGit(folder, 'add', '.');
  await mustGit(folder, 'commit', '--quiet', '-m', 'Change');
  return await mustGit(folder, 'rev-parse', 'HEAD');
}

async function openChange(sourceBranch: string) {
  const author = actorOf(opened.client.people.create('author'), 'write');
  const request = { sourceBranch, targetBranch: 'main', title: 'Change', body: '' };
  return await openRequest(opened.host, path, request, author);
}

async function branches(): Promise<readonly string[]> {
  const { git: hosted } = await opened.host.open(path);
  await hosted.refresh();
  return [...hosted.heads.keys()].sort();
}

async function headOf(branch: string): Promise<string | undefined> {
  return (await opened.host.open(path)).git.heads.get(branch);
}

async function readOnServer(branch: string, file: string): Promise<string> {
  const { git: hosted } = await opened.host.open(path);
  return await mustGit(hosted.own.path, 'show', `${branch}:${file}`);
}

function target(): URL {
  return new URL(`http://127.0.0.1:${server.port}/git/${path}.git/git-receive-pack`);
}

function headers(more: Readonly<Record<string, string>>): Record<string, string> {
  return {
    authorization: `Basic ${Buffer.from('x:write').toString('base64')}`,
    'content-type': 'application/x-git-receive-pack-request',
    ...more,
  };
}

async function exchange(
  body: Buffer,
  more: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await fetch(target(), { method: 'POST', body, headers: headers(more) }).catch(
    () => undefined,
  );
  return { status: answer?.status ?? 0, text: (await answer?.text()) ?? '' };
}

/** As no git client would: it takes no such name. */
async function pushRaw(ref: string): Promise<string> {
  const head = (await headOf('main')) ?? '';
  const command = `${'0'.repeat(40)} ${head} ${ref}\0 report-status`;
  const length = (Buffer.byteLength(command) + 4).toString(16).padStart(4, '0');
  // A pack without objects: everything is there already.
  const pack = Buffer.from(
    '5041434b0000000200000000029d08823bd8a8eab510ad6ac75c823cfd3ed31e',
    'hex',
  );
  return (await exchange(Buffer.concat([Buffer.from(`${length}${command}0000`), pack]))).text;
}

/** Reads a little of what it asked for, and goes while git has more to say. */
async function abortedClone(head: string): Promise<void> {
  const want = `want ${head} side-band-64k ofs-delta\n`;
  const length = (want.length + 4).toString(16).padStart(4, '0');
  const place = new URL(`http://127.0.0.1:${server.port}/git/${path}.git/git-upload-pack`);
  const fields = headers({ 'content-type': 'application/x-git-upload-pack-request' });
  await new Promise<void>((resolve, reject) => {
    const sent = httpRequest(place, { method: 'POST', headers: fields }, (response) => {
      response.once('data', () => {
        sent.destroy();
        resolve();
      });
      response.on('error', () => undefined);
    });
    sent.on('error', reject);
    sent.end(`${length}${want}00000009done\n`);
  });
}

/** Of this test: they bear its folder in their environment. */
async function gitProcesses(): Promise<readonly string[]> {
  const own = await opened.host.open(path);
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
    const command = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
    if (environment.includes(own.git.own.path) && !command.includes('cat-file'))
      found.push(command);
  }
  return found;
}
