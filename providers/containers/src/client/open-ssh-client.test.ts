import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { ContainersClient } from '../containers-client.ts';
import { openSshStandIn, type SshStandIn } from '../testing/ssh-stand-in.ts';
import { toOperationError } from '../translate-errors.ts';
import { openSshClient } from './open-ssh-client.ts';

const { signal } = new AbortController();
const identity = { privateKey: 'the private key', knownHosts: 'edge-1 ssh-ed25519 AAAA' };
const list = { method: 'GET', path: '/containers/json' } as const;
let resources: AsyncDisposableStack;
let ssh: SshStandIn;
let now: number;

beforeEach(async () => {
  resources = new AsyncDisposableStack();
  ssh = resources.use(await openSshStandIn());
  now = 0;
});
afterEach(() => resources.disposeAsync());

const answer: RequestListener = (request, response) => {
  if (request.url === '/_ping') response.setHeader('api-version', '1.41').end('OK');
  else response.end('[]');
};

async function serve(
  listener: RequestListener = answer,
): Promise<{ path: string; server: Server }> {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-engine-'));
  resources.defer(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 's');
  const server = createServer(listener);
  server.listen(path);
  await once(server, 'listening');
  resources.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return { path, server };
}

function connect(socket: string, idleMs?: number): ContainersClient {
  const client = openSshClient({
    route: {
      address: { kind: 'ssh', user: 'deploy', host: 'edge-1', port: 2222, socket },
      identity,
    },
    searchPath: ssh.searchPath,
    now: () => now,
    random: () => 0.5,
    ...(idleMs !== undefined && { idleMs }),
  });
  resources.defer(() => client.close());
  return client;
}

/** One that ended but was not waited for counts as gone. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return /^[^Z\s]/.test(stdout);
}

describe('an engine behind ssh', () => {
  it('is reached by one connection, which all calls share', async () => {
    const client = connect((await serve()).path);

    const answers = await Promise.all(Array.from({ length: 20 }, () => client.call(list, signal)));

    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(await ssh.starts()).toHaveLength(1);
  });

  it('is named in a file, never in a word of the command', async () => {
    const { path } = await serve();
    await connect(path).call(list, signal);

    const [start] = await ssh.starts();

    expect(start?.arguments).toEqual(['-F', 'config', '-N', '-T', 'engine']);
    expect(start?.config).toContain('HostName edge-1\n  Port 2222\n  User deploy\n');
    expect(start?.config).toContain('StrictHostKeyChecking yes');
    expect([start?.key, start?.knownHosts]).toEqual([
      `${identity.privateKey}\n`,
      `${identity.knownHosts}\n`,
    ]);
  });

  it('leaves the key on disk only until it was used', async () => {
    const before = new Set(await readdir(tmpdir()));
    await connect((await serve()).path).call(list, signal);

    const folders = (await readdir(tmpdir())).filter((name) => !before.has(name));
    const files = await Promise.all(
      folders
        .filter((name) => name.startsWith('trueup-program-'))
        .map((name) => readdir(join(tmpdir(), name)).catch((): string[] => [])),
    );

    expect(files.some((names) => names.includes('engine.sock'))).toBe(true);
    expect(files.filter((names) => names.includes('engine.sock')).flat()).not.toContain('key');
  });

  it('is let go of on close, and reached anew afterwards', async () => {
    const client = connect((await serve()).path);
    await client.call(list, signal);
    const [first] = await ssh.starts();

    await client.close();

    expect(isRunning(first?.pid ?? 0)).toBe(false);
    await client.call(list, signal);
    expect(await ssh.starts()).toHaveLength(2);
  });

  it('is let go of once nobody has needed it for a while', async () => {
    const client = connect((await serve()).path, 10);
    await client.call(list, signal);
    const [first] = await ssh.starts();

    await vi.waitFor(() => expect(isRunning(first?.pid ?? 0)).toBe(false), { timeout: 5000 });
  });

  it('is reached anew after the connection was lost', async () => {
    const client = connect((await serve()).path);
    await client.call(list, signal);
    const [first] = await ssh.starts();
    process.kill(first?.pid ?? 0, 'SIGKILL');

    expect(await client.call(list, signal)).toMatchObject({ status: 200 });
    expect(await ssh.starts()).toHaveLength(2);
  });

  it('does not repeat a write that a lost connection took with it', async () => {
    let writes = 0;
    const { path } = await serve((request, response) => {
      if (request.method !== 'POST') return answer(request, response);
      writes += 1;
      void ssh.starts().then(([first]) => process.kill(first?.pid ?? 0, 'SIGKILL'));
    });
    const client = connect(path);

    await expect(
      client.call({ method: 'POST', path: '/containers/x/start' }, signal),
    ).rejects.toMatchObject({ kind: 'broken', code: 'SSH_ENDED' });
    expect(writes).toBe(1);
  });

  it('is not asked again before a pause is over, which grows', async () => {
    await ssh.behave({
      says: 'ssh: connect to host edge-1 port 22: Connection refused',
      exits: 255,
    });
    const client = connect((await serve()).path);
    const attempt = () => client.call(list, signal).catch((error: unknown) => error);

    expect(await attempt()).toMatchObject({ kind: 'unreached', code: 'SSH_CONNECTION_REFUSED' });
    await attempt();
    expect(await ssh.starts()).toHaveLength(1);
    now = 501;
    await attempt();
    now = 1000;
    await attempt();
    expect(await ssh.starts()).toHaveLength(2);
    await ssh.behave({});
    now = 1502;
    expect(await attempt()).toMatchObject({ status: 200 });
  });

  it('is not taken away from those who wait by one who gives up', async () => {
    const client = connect((await serve()).path);
    const giving = new AbortController();
    const reason = new Error('Stopped.');
    const given = client.call(list, giving.signal);
    const waited = client.call(list, signal);
    giving.abort(reason);

    await expect(given).rejects.toBe(reason);
    expect(await waited).toMatchObject({ status: 200 });
  });

  it('is not waited for by who closes', async () => {
    await ssh.behave({ hangs: true });
    const client = connect((await serve()).path);
    const call = client.call(list, signal).catch((error: unknown) => error);
    await vi.waitFor(async () => expect(await ssh.starts()).toHaveLength(1));

    await client.close();

    expect(await call).toMatchObject({ kind: 'unreached', code: 'ECONNABORTED' });
    const [start] = await ssh.starts();
    expect(isRunning(start?.pid ?? 0)).toBe(false);
  });

  it('is let go of when we are killed', async () => {
    const { path } = await serve();
    const child = await startOther(path);
    const [line] = await once(child.stdout ?? child, 'data');
    expect(String(line)).toContain('200');
    const [start] = await ssh.starts();

    child.kill('SIGKILL');

    await vi.waitFor(() => expect(isRunning(start?.pid ?? 0)).toBe(false), { timeout: 5000 });
  });

  it('streams, and ends the stream with the connection', async () => {
    const { path } = await serve((request, response) => {
      if (request.url?.includes('/events')) response.write('{"a":1}\n');
      else answer(request, response);
    });
    const client = connect(path);
    const pieces: string[] = [];
    const reading = (async () => {
      for await (const piece of client.stream({ method: 'GET', path: '/events' }, signal)) {
        pieces.push(Buffer.from(piece).toString());
        const [start] = await ssh.starts();
        process.kill(start?.pid ?? 0, 'SIGKILL');
      }
    })();

    await expect(reading).rejects.toMatchObject({ kind: 'broken' });
    expect(pieces).toEqual(['{"a":1}\n']);
  });
});

describe('what ssh says', () => {
  it.each([
    [
      'No ED25519 host key is known for edge-1 and you have requested strict checking.',
      'CONTAINERS_UNTRUSTED',
      'ssh-keyscan',
    ],
    [
      '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @',
      'CONTAINERS_UNTRUSTED',
      'find out why',
    ],
    [
      'Load key "./key": error in libcrypto\nedge-1: Permission denied (publickey).',
      'CONTAINERS_LOGIN_REFUSED',
      'without a passphrase',
    ],
    [
      'deploy@edge-1: Permission denied (publickey).',
      'CONTAINERS_LOGIN_REFUSED',
      'authorized_keys',
    ],
    [
      'ssh: Could not resolve hostname edge-1: Name or service not known',
      'CONTAINERS_UNREACHABLE',
      'no address',
    ],
    [
      'ssh: connect to host edge-1 port 22: Connection timed out',
      'CONTAINERS_UNREACHABLE',
      'in time',
    ],
    [
      'kex_exchange_identification: Connection closed by remote host',
      'CONTAINERS_UNREACHABLE',
      'hung up',
    ],
    ['the server said: hunter2', 'CONTAINERS_UNREACHABLE', 'the connection by ssh ended'],
  ])('%j is %s, with what to do', async (says, code, advice) => {
    await ssh.behave({ says, exits: 255 });
    const error = await connect('/s')
      .call(list, signal)
      .catch((cause: unknown) => cause);

    expect(toOperationError('edge-1', error)).toMatchObject({
      code,
      message: expect.stringContaining(advice),
    });
    expect(String(toOperationError('edge-1', error))).not.toContain('hunter2');
  });

  it.each([
    [
      'channel 2: open failed: connect failed: open failed',
      'CONTAINERS_UNREACHABLE',
      'start the engine',
    ],
    [
      'channel 2: open failed: administratively prohibited: open failed',
      'CONTAINERS_LOGIN_REFUSED',
      'AllowStreamLocalForwarding',
    ],
  ])('of a connection that it cannot pass on (%s) is told apart', async (refuses, code, advice) => {
    await ssh.behave({ refuses });
    const error = await connect('/s')
      .call(list, signal)
      .catch((cause: unknown) => cause);

    expect(toOperationError('edge-1', error)).toMatchObject({
      code,
      message: expect.stringContaining(advice),
    });
  });

  it('does not matter where there is none', async () => {
    const client = openSshClient({
      route: { address: { kind: 'ssh', host: 'edge-1', port: 22, socket: '/s' }, identity },
      searchPath: '',
      now: () => 0,
      random: () => 0,
    });
    const error = await client.call(list, signal).catch((cause: unknown) => cause);

    expect(toOperationError('edge-1', error)).toMatchObject({
      family: 'stalled',
      code: 'CONTAINERS_SSH_MISSING',
    });
  });
});

/** A process that reaches the engine, says so, and stays. */
async function startOther(socket: string): Promise<ChildProcess> {
  // Who is killed leaves its folder behind.
  const folder = await mkdtemp(join(tmpdir(), 'trueup-other-'));
  resources.defer(() => rm(folder, { recursive: true, force: true }));
  const module = new URL('./open-ssh-client.ts', import.meta.url).href;
  const script = `
    import { openSshClient } from '${module}';
    const client = openSshClient({
      route: {
        address: { kind: 'ssh', host: 'edge-1', port: 22, socket: ${JSON.stringify(socket)} },
        identity: ${JSON.stringify(identity)},
      },
      searchPath: ${JSON.stringify(ssh.searchPath)}, now: Date.now, random: Math.random,
    });
    const { status } = await client.call(${JSON.stringify(list)}, new AbortController().signal);
    console.log(status);
    setInterval(() => undefined, 60_000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: folder },
  });
  resources.defer(() => {
    child.kill('SIGKILL');
  });
  return child;
}
