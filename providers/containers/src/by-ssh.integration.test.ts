import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';

import { isEnd, type Outcome, type ResourceId } from '@trueup/provider-sdk';
import { createMemoryFiles } from '@trueup/provider-sdk/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type ContainersProvider, createContainersProvider } from './containers-provider.ts';
import { noOutbound } from './testing/engine-fixture.ts';
import { openRealEngine, type RealEngine } from './testing/real-engine.ts';
import { openRealSsh, type RealSsh } from './testing/real-ssh.ts';

const [hosts, engineAddress] = [env['TRUEUP_HOSTS'] ?? '', env['TRUEUP_ENGINE'] ?? ''];
const call = { signal: new AbortController().signal, seal: () => 'sealed' };
let resources: AsyncDisposableStack;
let ssh: RealSsh;
let engine: RealEngine;
let provider: ContainersProvider;

const compose = (project: string, greeting: string): string => `
name: ${project}
services:
  web:
    image: localhost/testbed/web:1
    network_mode: none
    stop_grace_period: 0s
    environment: { GREETING: ${greeting} }
    healthcheck: { disable: true }
`;

describe.runIf(hosts !== '' && engineAddress !== '')(
  'a real engine behind a real server of ssh',
  () => {
    beforeEach(async () => {
      resources = new AsyncDisposableStack();
      ssh = resources.use(await openRealSsh(hosts, engineAddress));
      engine = resources.adopt(openRealEngine(engineAddress), (one) => one.close());
      provider = resources.adopt(
        createContainersProvider({
          openOutbound: noOutbound,
          searchPath: '/usr/bin:/usr/local/bin:/bin',
          steadyMs: 100,
          random: () => 0,
        }),
        (one) => one.close(),
      );
    });
    afterEach(() => resources.disposeAsync());

    it('is planned, applied, watched and read by one connection', async () => {
      const shop = shopOf(ssh.settings());
      expect(await shop.apply('one')).toMatchObject([{ kind: 'done' }]);
      expect(await shop.apply('one')).toEqual([]);
      const [id] = await provider.discover(shop.target, shop.stack, call);
      if (!id) throw new Error('Nothing was found.');

      const lines = await Array.fromAsync(
        provider.explore?.logs(shop.target, { id, tailLines: 5, follow: false }, call) ?? [],
      );

      expect(lines).toContain('serving version=1');
      expect(
        await hintWithin(1000, shop.target, id, () =>
          engine.api.stop(`${engine.project}-web-1`, 0, call.signal),
        ),
      ).toBe(true);
      expect(ssh.cable.count()).toBe(1);
    });

    it('goes on after the cable was pulled, and fails meanwhile as what may pass', async () => {
      const shop = shopOf(ssh.settings());
      await shop.apply('one');
      ssh.cable.cut();

      await expect(shop.observe()).rejects.toMatchObject({
        family: 'transient',
        // By whether ssh has noticed already.
        code: expect.stringMatching(/^CONTAINERS_(?:UNREACHABLE|NO_ANSWER)$/),
        message: expect.stringContaining('edge-1: the engine'),
      });

      ssh.cable.mend();
      await expect.poll(() => shop.observe().catch(() => []), { timeout: 5000 }).toHaveLength(1);
    });

    it('is refused where its key is not the known one', async () => {
      const { other } = await makeKey();
      const [name] = ssh.identity.knownHosts.split(' ');

      await expect(
        shopOf(ssh.settings({ knownHosts: `${name} ${other}` })).observe(),
      ).rejects.toMatchObject({
        family: 'stalled',
        code: 'CONTAINERS_UNTRUSTED',
        message: expect.stringContaining('find out why'),
      });
      await expect(
        shopOf(ssh.settings({ knownHosts: `elsewhere ${other}` })).observe(),
      ).rejects.toMatchObject({
        code: 'CONTAINERS_UNTRUSTED',
        message: expect.stringContaining('ssh-keyscan'),
      });
    });

    it.each([
      ['another key', async () => (await makeKey()).privateKey, 'authorized_keys'],
      ['what is no key', async () => 'no key', 'without a passphrase'],
    ])('lets nobody in with %s', async (_name, make, says) => {
      await expect(
        shopOf(ssh.settings({ privateKey: await make() })).observe(),
      ).rejects.toMatchObject({
        family: 'stalled',
        code: 'CONTAINERS_LOGIN_REFUSED',
        message: expect.stringContaining(says),
      });
    });

    it('is out of reach where no engine listens', async () => {
      await expect(
        shopOf(ssh.settings({ socket: '/nowhere/engine.sock' })).observe(),
      ).rejects.toMatchObject({
        family: 'transient',
        code: 'CONTAINERS_UNREACHABLE',
        message: expect.stringContaining('start the engine'),
      });
    });
  },
);

function shopOf(settings: Readonly<Record<string, unknown>>) {
  const target = { name: 'edge', settings };
  const { project } = engine;
  const stack = { name: 'a/b', path: '', settings: {}, owner: `o${project}`, formerOwners: [] };
  const prepare = async (greeting: string) => {
    const files = createMemoryFiles({ 'compose.yaml': compose(project, greeting) });
    return provider.prepare(files, { stack, target, inputs: {} }, call);
  };
  const id = `Service/edge-1/${project}.web` as ResourceId;
  return {
    target,
    stack,
    observe: () => provider.observe(target, { ids: [id] }, call),
    async apply(greeting: string): Promise<readonly Outcome[]> {
      const prepared = await prepare(greeting);
      const ids = prepared.resources.map((one) => one.id);
      const observed = await provider.observe(target, { ids }, call);
      const asked = { stack, prepared, observed, inventory: ids, foreign: 'ignore' } as const;
      const { changes } = await provider.plan(target, asked, call);
      const steps = changes.filter(({ action }) => action !== 'none');
      const ends: Outcome[] = [];
      const stream = provider.apply(target, { stack, changes: steps, prepared }, call);
      for await (const one of stream) if (isEnd(one)) ends.push(one);
      return ends;
    },
  };
}

/** Whether the watch hints at the resource, after what it hints at by itself in the beginning. */
async function hintWithin(
  ms: number,
  target: { readonly name: string; readonly settings: unknown },
  id: ResourceId,
  act: () => Promise<void>,
): Promise<boolean> {
  const stop = new AbortController();
  const bound = AbortSignal.any([stop.signal, AbortSignal.timeout(20_000)]);
  const hints = provider.watch?.(target, [id], { ...call, signal: bound })[Symbol.asyncIterator]();
  if (!hints) return false;
  await hints.next();
  // The stream of events begins a little later than the first hint.
  await new Promise((resolve) => setTimeout(resolve, 300));
  await act();
  const begun = Date.now();
  const { value } = await hints.next();
  const isInTime = value === id && Date.now() - begun < ms;
  stop.abort(new Error('Seen.'));
  await hints.return?.().catch(() => undefined);
  return isInTime;
}

async function makeKey(): Promise<{ readonly privateKey: string; readonly other: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-key-'));
  resources.defer(() => rm(folder, { recursive: true }));
  const file = join(folder, 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  const [kind, key] = (await readFile(`${file}.pub`, 'utf8')).split(' ');
  return { privateKey: await readFile(file, 'utf8'), other: `${kind} ${key}` };
}
