import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';

import { createAddressGuard } from '@trueup/outbound';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { resolveBranch } from '../history/look-at-branch.ts';
import { openTestMirror } from '../testing/test-mirror.ts';
import { openTestRemote, type TestRemote } from '../testing/test-remote.ts';
import type { Credential } from './credentials.ts';

/** Where `tools/testbed/ssh-hosts` has made servers of ssh. */
const hosts = env['TRUEUP_HOSTS'] || undefined;
const never = new AbortController().signal;
let resources: AsyncDisposableStack;
let remote: TestRemote;

beforeEach(async () => {
  resources = new AsyncDisposableStack();
  remote = resources.use(await openTestRemote());
});
afterEach(() => resources.disposeAsync());

describe.runIf(hosts)('a real server of ssh', () => {
  it('gives what the key may read', async () => {
    const revision = await remote.commit({ files: { a: '1' } });
    const { mirror } = await open({ privateKey: read('key'), knownHosts: read('known_hosts') });

    await mirror.fetch(never);

    expect(await resolveBranch(mirror, 'main', never)).toBe(revision);
  });

  it('is refused where it is not the known one', async () => {
    // The same names with the keys of each other.
    const [first = '', second = ''] = read('known_hosts').trim().split('\n');
    const swapped = [nameOf(first) + keyOf(second), nameOf(second) + keyOf(first)];
    const { mirror } = await open({ privateKey: read('key'), knownHosts: swapped.join('\n') });

    await expect(mirror.fetch(never)).rejects.toMatchObject({
      family: 'stalled',
      code: 'REPOSITORY_HOST_KEY_REFUSED',
    });
  });

  it('refuses another key', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trueup-key-'));
    resources.defer(() => rm(folder, { recursive: true }));
    const file = join(folder, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
    const privateKey = readFileSync(file, 'utf8');
    const { mirror } = await open({ privateKey, knownHosts: read('known_hosts') });

    await expect(mirror.fetch(never)).rejects.toMatchObject({
      family: 'stalled',
      code: 'REPOSITORY_ACCESS_REFUSED',
    });
  });
});

async function open(key: Omit<Extract<Credential, { kind: 'ssh-key' }>, 'kind'>) {
  const { host1 } = JSON.parse(read('hosts.json'));
  const path = new URL(remote.url).pathname;
  const url = `ssh://${userInfo().username}@127.0.0.1:${host1.port}${path}`;
  return resources.use(
    await openTestMirror(url, {
      credentials: { key: { kind: 'ssh-key', ...key } },
      connection: { ssh: '/usr/bin/ssh', guard: createAddressGuard({ allowLoopback: true }) },
      mirror: { credential: 'key' },
    }),
  );
}

function read(name: string): string {
  return readFileSync(join(hosts ?? '', name), 'utf8');
}

/** With the blank behind it. */
function nameOf(line: string): string {
  return line.slice(0, line.indexOf(' ') + 1);
}

function keyOf(line: string): string {
  return line.slice(line.indexOf(' ') + 1);
}
