import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { env, execPath } from 'node:process';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { findProgram } from './find-program.ts';
import type { ProgramSpec } from './program-spec.ts';
import { runProgram } from './run-program.ts';
import { startProgram } from './start-program.ts';

const limits = { timeoutMs: 20_000, graceMs: 100, stdoutBytes: 1e6, stderrBytes: 1e6 };
const never = new AbortController().signal;
const systemPath = '/usr/bin:/bin';
const bubblewrap = await findProgram('bwrap', `${systemPath}:${env['PATH']}`);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-programs-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('runProgram', () => {
  it('hands over arguments as they are, and nothing else', async () => {
    const result = await runProgram(
      { ...shell('printf "%s|" "$@"; env'), environment: { ONLY: 'this' } },
      never,
    );

    const [first = '', ...rest] = text(result.stdout).split('\n');
    expect(first).toMatch(/^\$\(id\)\|;\|/);
    const names = [first.slice(first.lastIndexOf('|') + 1), ...rest].map(
      (line) => line.split('=')[0],
    );
    expect(names.filter(Boolean).sort()).toEqual([
      'HOME',
      'ONLY',
      'PWD',
      'TMPDIR',
      'TRUEUP_PROGRAM',
      'XDG_CACHE_HOME',
      'XDG_CONFIG_HOME',
      'XDG_DATA_HOME',
      'XDG_STATE_HOME',
    ]);
  });

  it('passes input and output as bytes', async () => {
    const input = Uint8Array.from({ length: 300_000 }, (_, index) => index % 256);

    const result = await runProgram({ ...program('/bin/cat'), input }, never);

    expect(Buffer.compare(result.stdout, input)).toBe(0);
    expect(result.end).toEqual({ kind: 'exited', exitCode: 0 });
  });

  it('does not mind a program that leaves its input unread', async () => {
    const input = new Uint8Array(1_000_000);

    expect((await runProgram({ ...shell('exit 3'), input }, never)).end).toEqual({
      kind: 'exited',
      exitCode: 3,
    });
  });

  it('tells a foreign signal from its own', async () => {
    expect((await runProgram(shell('kill -9 $$'), never)).end).toEqual({
      kind: 'killed',
      signal: 'SIGKILL',
    });
  });

  it('keeps the head of output that is too long', async () => {
    const spec = { ...shell('yes'), limits: { ...limits, stdoutBytes: 5 } };

    const result = await runProgram(spec, never);

    expect(result.end).toEqual({ kind: 'output-too-long', stream: 'stdout' });
    expect(text(result.stdout)).toBe('y\ny\ny');
  });

  it('bounds both streams on their own', async () => {
    const spec = {
      ...shell('echo fine; echo long >&2; sleep 30'),
      limits: { ...limits, stderrBytes: 2 },
    };

    const result = await runProgram(spec, never);

    expect(result.end).toEqual({ kind: 'output-too-long', stream: 'stderr' });
    expect([text(result.stdout), text(result.stderr)]).toEqual(['fine\n', 'lo']);
  });

  it('lets a program end in order when its time is over', async () => {
    const script = 'trap "echo stopped; exit 0" TERM; echo ready; while :; do sleep 0.01; done';
    const spec = { ...shell(script), limits: { ...limits, graceMs: 10_000, timeoutMs: 300 } };

    const result = await runProgram(spec, never);

    expect(result.end).toEqual({ kind: 'timed-out' });
    expect(text(result.stdout)).toContain('stopped');
  });

  it('kills what does not listen, with its children', async () => {
    const script = `trap "" TERM; (trap "" TERM; echo $$ > ${folder}/child; sleep 300) & sleep 300`;
    const spec = { ...shell(script), limits: { ...limits, timeoutMs: 300 } };

    const result = await runProgram(spec, never);

    expect(result.end).toEqual({ kind: 'timed-out' });
    expect(await processesWith('sleep 300')).toEqual([]);
  });

  it('leaves no child behind that outlives a program that ends by itself', async () => {
    const result = await runProgram(shell('sleep 301 & echo done'), never);

    expect(text(result.stdout)).toBe('done\n');
    expect(await processesWith('sleep 301')).toEqual([]);
  });

  it('finds daemons that left the process group', async () => {
    const controller = new AbortController();
    const script = `setsid sh -c 'echo > ${folder}/daemon; sleep 302' & sleep 302`;
    const running = runProgram(shell(script), controller.signal);
    await appears(join(folder, 'daemon'));

    controller.abort(new Error('enough'));

    await expect(running).rejects.toThrow('enough');
    expect(await processesWith('sleep 302')).toEqual([]);
  });

  it('rejects with the reason of the signal, and starts nothing after it', async () => {
    const reason = new Error('cancelled');

    await expect(runProgram(shell(`touch ${folder}/late`), AbortSignal.abort(reason))).rejects.toBe(
      reason,
    );
    await expect(readFile(join(folder, 'late'))).rejects.toThrow('ENOENT');
  });

  it('gives a private home, and removes it', async () => {
    const script =
      'echo "$HOME"; mkdir -p "$HOME/a/b"; echo x > "$TMPDIR/x"; chmod 500 "$HOME/a"; pwd';

    const [home = '', cwd = ''] = text((await runProgram(shell(script), never)).stdout).split('\n');

    expect(dirname(home)).toBe(cwd);
    await expect(readFile(home)).rejects.toThrow('ENOENT');
  });

  it('bounds memory', async () => {
    const script = 'const b = []; for (;;) b.push(Buffer.alloc(10_000_000, 1))';
    const spec = {
      ...program(execPath, ['-e', script]),
      limits: { ...limits, memoryBytes: 400e6 },
    };

    const { end } = await runProgram(spec, never);

    expect(end).not.toEqual({ kind: 'timed-out' });
    expect(end).not.toEqual({ kind: 'exited', exitCode: 0 });
  });

  it.each([
    ['a missing program', program('/nowhere/program'), 'PROGRAM_NOT_FOUND'],
    ['a file that is no program', program('/etc/passwd'), 'PROGRAM_NOT_STARTED'],
    ['a missing folder', { ...shell('exit'), folder: '/nowhere/folder' }, 'PROGRAM_NOT_STARTED'],
  ])('refuses %s', async (_name, spec, code) => {
    await expect(runProgram(spec, never)).rejects.toMatchObject({ family: 'stalled', code });
  });
});

describe('startProgram', () => {
  it('answers questions while it runs, and ends when disposed', async () => {
    await using running = await startProgram(program('/bin/cat'), never);
    running.stdin.write('question');

    const [answer] = await running.stdout.take(1).toArray();
    await running[Symbol.asyncDispose]();

    expect(String(answer)).toBe('question');
    expect(await running.ended).toEqual({ kind: 'killed', signal: 'SIGKILL' });
  });
});

describe('isolation', () => {
  it('is not silently left out when required', async () => {
    const isolation = { level: 'required', network: 'none', readable: [], writable: [] } as const;
    const spec = { ...shell('exit'), isolation: { ...isolation, bubblewrap: '/nowhere/bwrap' } };

    await expect(runProgram(spec, never)).rejects.toMatchObject({
      code: 'PROGRAM_ISOLATION_UNAVAILABLE',
    });
  });

  it('is reported as missing when preferred', async () => {
    const isolation = { level: 'preferred', network: 'none', readable: [], writable: [] } as const;
    const spec = { ...shell('exit'), isolation: { ...isolation, bubblewrap: '/nowhere/bwrap' } };

    expect(await runProgram(spec, never)).toMatchObject({
      isolation: 'none',
      end: { exitCode: 0 },
    });
  });
});

describe.runIf(bubblewrap)('bubblewrap', () => {
  const isolation = {
    level: 'required',
    network: 'none',
    readable: [],
    writable: [],
    bubblewrap: bubblewrap ?? '',
  } as const;

  async function see(script: string, options: Partial<ProgramSpec['isolation']> = {}) {
    const spec = { ...shell(script), isolation: { ...isolation, ...options } };
    const result = await runProgram(spec, never);
    return `${text(result.stdout)}${text(result.stderr)}`;
  }

  it('says so', async () => {
    expect(await runProgram({ ...shell('exit'), isolation }, never)).toMatchObject({
      isolation: 'bubblewrap',
      end: { exitCode: 0 },
    });
  });

  it('shows nothing but the system and what is named', async () => {
    await writeFile(join(folder, 'secret'), 'secret');

    expect(await see(`cat ${folder}/secret`)).toMatch(/No such file/);
    expect(await see('cat /etc/shadow; ls -A /tmp /root /home /var 2>&1')).not.toMatch(
      /root:|secret/,
    );
    expect(await see(`cat ${folder}/secret`, { readable: [folder] })).toBe('secret');
    expect(await see(`echo > ${folder}/new; echo > /usr/new`, { readable: [folder] })).toMatch(
      /Read-only file system[\s\S]*Read-only file system/,
    );
  });

  it('lets it write where it may, and at home', async () => {
    await see(`echo written > ${folder}/written; echo x > "$HOME/x"`, { writable: [folder] });

    expect(await readFile(join(folder, 'written'), 'utf8')).toBe('written\n');
  });

  it('shows no processes of others and no network', async () => {
    expect((await see('ls -d /proc/[0-9]* | wc -l; id -u')).split('\n')).toEqual([
      expect.stringMatching(/^[1-9]$/),
      '65534',
      '',
    ]);
    const script = "require('net').connect(1,'127.0.0.1').on('error',(e)=>console.log(e.code))";
    const spec = { ...program(execPath, ['-e', script]), isolation };
    expect(text((await runProgram(spec, never)).stdout)).toBe('ECONNREFUSED\n');
  });

  it('asks the program to stop, and leaves no daemon', async () => {
    const script =
      'setsid sleep 303 & trap "echo stopped; exit 0" TERM; while :; do sleep 0.01; done';
    const spec = {
      ...shell(script),
      isolation,
      limits: { ...limits, graceMs: 10_000, timeoutMs: 500 },
    };

    const result = await runProgram(spec, never);

    expect(text(result.stdout)).toBe('stopped\n');
    expect(await processesWith('sleep 303')).toEqual([]);
  });

  it('bounds memory as well', async () => {
    const script = 'const b = []; for (;;) b.push(Buffer.alloc(10_000_000, 1))';
    const bounds = { ...limits, memoryBytes: 400e6 };

    const { end } = await runProgram(
      { ...program(execPath, ['-e', script]), limits: bounds, isolation },
      never,
    );

    expect(end).not.toEqual({ kind: 'timed-out' });
  });
});

function program(path: string, args: readonly string[] = []): ProgramSpec {
  return { program: path, arguments: args, environment: {}, limits };
}

function shell(script: string): ProgramSpec {
  return {
    ...program('/bin/sh', ['-c', script, 'sh', '$(id)', ';']),
    environment: { PATH: systemPath },
  };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

async function appears(path: string): Promise<void> {
  while (!(await readFile(path).catch(() => undefined))) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function processesWith(words: string): Promise<readonly string[]> {
  const { stdout } = await runProgram(
    { ...program('/bin/ps', ['-eo', 'stat,args']), environment: { PATH: systemPath } },
    never,
  );
  return text(stdout)
    .split('\n')
    .filter((line) => line.includes(words) && !line.startsWith('Z'));
}
