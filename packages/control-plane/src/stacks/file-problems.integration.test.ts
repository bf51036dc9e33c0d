import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { openGit } from '@trueup/repository';
import { describe, expect, it } from 'vitest';

import { openGitRepository } from '../repository/open-git-repository.ts';
import { ControlPlaneBench, configuration, thing, thingId } from '../testing/index.ts';

const never = new AbortController().signal;
const stacks = ['stacks:', '  - { name: shop, path: shop, target: cloud }'];
const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 12\n';

describe('what cannot be read of a repository', () => {
  it('stands with the stack that needs it, all of it at once', async () => {
    await using place = await openPlace();
    await place.write({
      'trueup.yaml': configuration(...stacks),
      'shop/web.json': thing('web'),
      'shop/large.json': thing('large', { spec: { text: 'x'.repeat(11 * 1024 * 1024) } }),
      'shop/pointer.json': pointer,
    });
    await symlink('/etc/hosts', join(place.work, 'shop/outside.json'));
    await symlink('loop.json', join(place.work, 'shop/loop.json'));

    const revision = await place.push();
    await place.bench.untilRun('shop', 'failed', revision);

    const { diagnostics } = await place.bench.admin.stack('infra/shop');
    const found = diagnostics.map(({ code, origin }) => `${code} ${origin?.file}:${origin?.line}`);
    expect(found).toEqual(
      expect.arrayContaining([
        'REPOSITORY_FILE_TOO_LARGE shop/large.json:1',
        'REPOSITORY_LFS_POINTER shop/pointer.json:1',
        'REPOSITORY_LINK_LOOP shop/loop.json:1',
        'REPOSITORY_LINK_OUTSIDE shop/outside.json:1',
      ]),
    );
    expect(place.bench.cloud.ids()).toEqual([]);
  });

  it('is a warning where the stack can do without, seen before anybody approves', async () => {
    await using place = await openPlace();
    const asking = [...stacks, 'rules:', '  - { stacks: ["*"], approvals: { count: 1 } }'];
    await place.write({ 'trueup.yaml': configuration(...asking), 'shop/web.json': thing('web') });
    await mkdir(join(place.work, 'shop/sub'));
    place.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},shop/sub`);

    const revision = await place.push();
    await place.bench.untilRun('shop', 'awaiting-approval', revision);

    const { diagnostics } = await place.bench.admin.stack('infra/shop');
    expect(diagnostics).toMatchObject([
      { severity: 'warning', code: 'REPOSITORY_SUBMODULE', origin: { file: 'shop/sub' } },
    ]);
  });

  it('is told of trueup.yaml itself, which then orphans nothing', async () => {
    await using place = await openPlace();
    await place.write({ 'trueup.yaml': configuration(...stacks), 'shop/web.json': thing('web') });
    await place.bench.untilRun('shop', 'succeeded', await place.push());

    await rm(join(place.work, 'trueup.yaml'));
    await symlink('/etc/hosts', join(place.work, 'trueup.yaml'));
    await place.push();
    const [first, ...others] = await place.bench.until('the trouble to be told', async () => {
      const told = await place.bench.admin.diagnostics();
      return told.length > 0 && told;
    });

    expect(first).toMatchObject({
      code: 'REPOSITORY_LINK_OUTSIDE',
      origin: { file: 'trueup.yaml', line: 1 },
    });
    expect(others).toEqual([]);
    expect((await place.bench.admin.stack('infra/shop')).standing).toBe('active');
    expect(place.bench.cloud.ids()).toEqual([thingId('web')]);
  });
});

async function openPlace() {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-files-'));
  const [work, remote] = [join(folder, 'work'), join(folder, 'remote.git')];
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', remote]);
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', work]);
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-C', work];
  const run = (...given: readonly string[]): string =>
    execFileSync('git', [...identity, ...given], { encoding: 'utf8' }).trim();
  const git = await openGit('/usr/bin:/bin:/usr/local/bin', never);
  const bench = await ControlPlaneBench.open({
    openRepository: async (repository, readCredential) => {
      const mirror = join(folder, 'mirror');
      await mkdir(mirror, { recursive: true });
      const connection = { guard: { check: async () => undefined }, allowFiles: true };
      return openGitRepository({
        git,
        connection: connection as never,
        repository: { ...repository, url: `file://${remote}` },
        folder: mirror,
        readCredential,
      });
    },
  });
  return {
    bench,
    work,
    git: run,
    async write(files: Readonly<Record<string, string>>): Promise<void> {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(work, path)), { recursive: true });
        await writeFile(join(work, path), text);
      }
    },
    /** Commits what is there, and what was put into the index alone. */
    async push(): Promise<string> {
      run('add', '--', '.');
      run('commit', '--quiet', '--message', 'Change things');
      run('push', '--quiet', remote, 'main');
      await bench.admin.hintRepository('infra');
      return run('rev-parse', 'HEAD');
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await bench.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
