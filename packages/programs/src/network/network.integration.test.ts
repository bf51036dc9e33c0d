/** What a program reaches in a network of its own; the machine around it is made of namespaces. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import process, { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import type { IsolationRequest } from '../isolation/isolation-request.ts';
import { runProgram } from '../run-program.ts';
import { startProgram } from '../start-program.ts';
import { processesWith, shell, text, ways } from '../testing/shell-programs.ts';
import { probeNetwork } from './probe-network.ts';

const never = new AbortController().signal;
const guarded: IsolationRequest = {
  level: 'required',
  network: 'guarded',
  readable: [],
  writable: [],
};
const isPossible = ways.some(([name]) => name === 'with bubblewrap') && (await probeNetwork());
const hasNames = /^nameserver\s+\d+\./m.test(await readFile('/etc/resolv.conf', 'utf8'));
const machine = fileURLToPath(new URL('../testing/machine-with-neighbour.ts', import.meta.url));

/** Who answers at each address, or `nobody`. */
async function ask(
  places: readonly string[],
  other: Partial<IsolationRequest> = {},
): Promise<Record<string, string>> {
  const script = places
    .map((place) => `(exec 3<>/dev/tcp/${place} && cat <&3 || echo -n nobody) 2>/dev/null; echo`)
    .join('\n');
  const lines = (await onMachine(script, other)).split('\n');
  return Object.fromEntries(places.map((place, index) => [place, lines[index] ?? '']));
}

async function onMachine(script: string, asked: Partial<IsolationRequest> = {}): Promise<string> {
  const words = ['--user', '--map-root-user', '--net', '--mount', '--', execPath, machine, script];
  const { stdout } = await promisify(execFile)('unshare', [...words, JSON.stringify(asked)]);
  return stdout;
}

const everywhere = [
  '10.98.0.2/80',
  '169.254.169.254/80',
  '127.0.0.1/8080',
  '127.0.0.1/8081',
  '10.97.0.1/8080',
  '10.98.0.1/8080',
  // What stands for this machine in such a network.
  '198.18.254.2/8080',
];

/** Ids of processes that this one started. */
async function ownProcesses(name: string): Promise<readonly string[]> {
  const ids = (await readdir('/proc')).filter((id) => /^\d+$/.test(id));
  const heads = await Promise.all(
    ids.map((id) => readFile(`/proc/${id}/stat`, 'utf8').catch(() => '')),
  );
  const isOwn = (head = ''): boolean => head.includes(` (${name}) S ${process.pid} `);
  return ids.filter((_id, index) => isOwn(heads[index]));
}

describe.runIf(isPossible)('a program with a guarded network', () => {
  it('reaches what the machine reaches, but for the machine itself and what clouds keep credentials at', async () => {
    expect(await ask(everywhere)).toEqual({
      '10.98.0.2/80': 'neighbour',
      '169.254.169.254/80': 'nobody',
      '127.0.0.1/8080': 'nobody',
      '127.0.0.1/8081': 'nobody',
      '10.97.0.1/8080': 'nobody',
      '10.98.0.1/8080': 'nobody',
      '198.18.254.2/8080': 'nobody',
    });
  });

  it('would reach all of that with the network of the machine', async () => {
    expect(await ask(everywhere, { network: 'host' })).toEqual({
      '10.98.0.2/80': 'neighbour',
      '169.254.169.254/80': 'metadata',
      '127.0.0.1/8080': 'loopback',
      '127.0.0.1/8081': 'another-port',
      '10.97.0.1/8080': 'own-address',
      '10.98.0.1/8080': 'own-address',
      '198.18.254.2/8080': 'nobody',
    });
  });

  it('reaches IPv6 hosts as well, and no address of the machine or of clouds by it', async () => {
    const places = [
      'fd98::2/80',
      'fd98::1/8080',
      '::1/8081',
      'fd00::2/8081',
      '::ffff:169.254.169.254/80',
    ];

    expect(await ask(places)).toEqual({
      'fd98::2/80': 'neighbour',
      'fd98::1/8080': 'nobody',
      '::1/8081': 'nobody',
      'fd00::2/8081': 'nobody',
      '::ffff:169.254.169.254/80': 'nobody',
    });
  });

  it('reaches of the machine exactly the places that it may', async () => {
    const local = [
      { address: '127.0.0.1', port: 8080 },
      { address: '10.97.0.1', port: 8080 },
    ];

    expect(await ask(everywhere, { local })).toMatchObject({
      '10.98.0.2/80': 'neighbour',
      '169.254.169.254/80': 'nobody',
      '127.0.0.1/8080': 'loopback',
      '127.0.0.1/8081': 'nobody',
      '10.97.0.1/8080': 'own-address',
      '10.98.0.1/8080': 'nobody',
    });
  });

  it('has no right over its routes, whatever it becomes', async () => {
    const drop = 'ip route del prohibit 169.254.0.0/16 2>&1';
    const { stdout } = await runProgram(
      shell(`PATH=$PATH:/usr/sbin:/sbin; ${drop}; unshare -Ur ${drop}; true`, guarded),
      never,
    );

    expect(text(stdout).match(/not permitted/g)).toHaveLength(2);
  });

  it('asks name servers by way of its own', async () => {
    const { stdout, network } = await runProgram(shell('cat /etc/resolv.conf', guarded), never);
    const question = 'exec 3<>/dev/udp/198.18.254.3/53; echo x >&3; timeout 10 head -c5 <&3';
    const answer = await onMachine(question);

    expect(network).toBe('guarded');
    expect(text(stdout)).toMatch(/^nameserver 198\.18\.254\.3$/m);
    expect(text(stdout).match(/nameserver/g)).toHaveLength(1);
    expect(answer).toBe(hasNames ? 'names' : '');
  });

  it('is served by a process that sees no files and may ask the system for little', async () => {
    await using program = await startProgram(shell('sleep 300', guarded), never);
    const served = await ownProcesses('slirp4netns');
    const roots = await Promise.all(served.map((id) => readdir(`/proc/${id}/root`)));
    const states = await Promise.all(served.map((id) => readFile(`/proc/${id}/status`, 'utf8')));
    program.stop({ kind: 'timed-out' });

    expect((await probeNetwork())?.confinement).toEqual(['--enable-sandbox', '--enable-seccomp']);
    expect(roots).toEqual([['etc', 'run']]);
    expect(states.map((state) => /^Seccomp:\s+(\d)$/m.exec(state)?.[1])).toEqual(['2']);
  });

  it('takes no mount from the machine', async () => {
    await expect(onMachine('echo done')).resolves.toBe('done\n');
  });

  it('leaves no process of its network behind, whether it ends or is stopped', async () => {
    const local = [{ address: '127.0.0.1', port: 9 }];
    await runProgram(shell('exit 0', { ...guarded, local }), never);
    await using program = await startProgram(shell('sleep 300', { ...guarded, local }), never);
    const during = await processesWith('"port":9,');
    program.stop({ kind: 'timed-out' });
    await program.ended;

    expect(during).toHaveLength(1);
    expect(await processesWith('"port":9,')).toEqual([]);
  });

  it('is not started once nobody wants it any more', async () => {
    const abort = new AbortController();
    const running = runProgram(shell('sleep 300', guarded), abort.signal);
    abort.abort(new Error('enough'));

    await expect(running).rejects.toThrow('enough');
  });
});

describe.runIf(ways.some(([name]) => name === 'with bubblewrap'))(
  'without what guards a network',
  () => {
    const bare = { ...guarded, networkPrograms: '/nowhere' };

    it('a program that has to have it is not run', async () => {
      await expect(runProgram(shell('exit 0', bare), never)).rejects.toMatchObject({
        code: 'PROGRAM_ISOLATION_UNAVAILABLE',
        message:
          'sh: not run: isolation is required, and slirp4netns, which guards the network, does not work here',
      });
    });

    it('a program that should have it gets that of the machine, and the result says so', async () => {
      const result = await runProgram(shell('exit 0', { ...bare, level: 'preferred' }), never);

      expect(result).toMatchObject({ isolation: 'bubblewrap', network: 'host' });
    });
  },
);
