import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { Actor } from '@trueup/engine';
import { openKey } from '@trueup/secrets';
import { describe, expect, it } from 'vitest';

import { openControlPlane } from './open-control-plane.ts';
import type { ControlPlane } from './plane/control-plane.ts';
import type { Session } from './session/session.ts';

const actor: Actor = { kind: 'member', name: 'ada', grants: [{ role: 'admin' }] };
const searchPath = '/usr/bin:/bin:/usr/local/bin';

describe('openControlPlane', () => {
  it('follows a real repository, and goes on where it stopped', async () => {
    await using place = await openPlace();
    const first = await place.push({ 'trueup.yaml': broken, 'apps/shop/a.yaml': 'a: 1' });

    const plane = await place.open();
    const session = plane.as(actor);
    await session.addRepository({ name: 'infra', url: place.remote, intervalMs: 1000 });
    await untilHead(session, first);
    const found = await session.diagnostics();
    await plane.stop();
    const again = await place.open();
    const second = await place.push({ 'apps/shop/a.yaml': 'a: 2' });
    await again.as(actor).hintRepository('infra');
    await untilHead(again.as(actor), second);
    await again.stop();

    expect(found).toMatchObject([
      { repository: 'infra', severity: 'error', origin: { file: 'trueup.yaml', line: 3 } },
    ]);
  });

  it('says that a branch is missing, and begins when it is there', async () => {
    await using place = await openPlace();
    await place.push({ README: 'x' });
    const plane = await place.open();
    const session = plane.as(actor);
    await session.addRepository({ name: 'infra', url: place.remote, branch: 'live' });

    const [missing] = await waitFor(session, async () => {
      const found = await session.diagnostics();
      return found.length > 0 ? found : undefined;
    });
    place.git('push', '--quiet', 'origin', 'main:live');
    await session.hintRepository('infra');
    await waitFor(session, async () => (await session.repositories())[0]?.head);
    await plane.stop();

    expect(missing).toMatchObject({ code: 'REPOSITORY_BRANCH_MISSING' });
  });

  it('removes the mirror with its repository, and one that a killed process left', async () => {
    await using place = await openPlace();
    const head = await place.push({ README: 'x' });
    const plane = await place.open();
    const session = plane.as(actor);
    await session.addRepository({ name: 'infra', url: place.remote });
    await untilHead(session, head);
    const before = await place.mirrors();

    await session.removeRepository('infra');
    const after = await place.mirrors();
    await plane.stop();
    await place.leave('0'.repeat(32), 'notes-of-somebody');
    await (await place.open()).stop();

    expect(before).toHaveLength(1);
    expect(after).toEqual([]);
    expect(await place.mirrors()).toEqual(['notes-of-somebody']);
  });

  it('starts with no other key than the one that its secrets were encrypted with', async () => {
    await using place = await openPlace();
    const plane = await place.open();
    await plane.as(actor).putSecret('door', 'hunter2', [{ kind: 'repository', name: 'infra' }]);
    await plane.stop();
    const kept = await readFile(place.keyFile);

    await rm(place.keyFile);
    await expect(place.open()).rejects.toMatchObject({ code: 'SECRETS_KEY_MISSING' });
    await openKey(place.keyFile);
    await expect(place.open()).rejects.toMatchObject({ code: 'SECRETS_KEY_OTHER' });
    await writeFile(place.keyFile, kept, { mode: 0o600 });

    const again = await place.open();
    expect(await again.as(actor).secrets()).toMatchObject([{ name: 'door' }]);
    await again.stop();
  });

  it('refuses a second one on the same folder', async () => {
    await using place = await openPlace();
    const plane = await place.open();

    await expect(place.open()).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    await plane.stop();
    await (await place.open()).stop();
  });
});

const broken =
  'apiVersion: trueup.dev/v1\ntargets: {}\nstacks: [{ name: shop, path: apps/shop }]\n';

const deep = { recursive: true } as const;

async function openPlace() {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-plane-'));
  const [work, remote] = [join(folder, 'work'), join(folder, 'remote.git')];
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  const git = (...given: readonly string[]): string =>
    execFileSync('git', [...identity, '-C', work, ...given], { encoding: 'utf8' }).trim();
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', remote]);
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', work]);
  git('remote', 'add', 'origin', remote);
  return {
    remote: `file://${remote}`,
    keyFile: join(folder, 'key'),
    git,
    async push(files: Readonly<Record<string, string>>): Promise<string> {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(work, path)), { recursive: true });
        await writeFile(join(work, path), text);
      }
      git('add', '--all');
      git('commit', '--quiet', '--message', 'Change things');
      git('push', '--quiet', 'origin', 'main');
      return git('rev-parse', 'HEAD');
    },
    mirrors: () => readdir(join(folder, 'data', 'repositories')),
    async leave(...names: readonly string[]): Promise<void> {
      for (const name of names)
        await mkdir(join(folder, 'data', 'repositories', name, 'tmp'), deep);
    },
    async open(): Promise<ControlPlane> {
      const plane = await openControlPlane({
        dataFolder: join(folder, 'data'),
        keyFile: join(folder, 'key'),
        log: () => undefined,
        searchPath,
        clusters: { kubeconfigs: [], programs: { searchPath, environment: {} } },
        allowLocalRepositories: true,
      });
      await plane.start();
      return plane;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function untilHead(session: Session, revision: string): Promise<void> {
  await waitFor(session, async () => (await session.repositories())[0]?.head === revision);
}

/** Looks again after every event: what is waited for is written together with one. */
async function waitFor<T>(
  session: Session,
  look: () => Promise<T | undefined | false>,
): Promise<T> {
  for await (const _event of session.events(0, new AbortController().signal)) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
  }
  throw new Error('The control plane has stopped.');
}
