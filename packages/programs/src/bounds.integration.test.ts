/** What a bound stops, it stops with all that the program started, however it is run. */
import { open as openFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { execPath } from 'node:process';

import { describe, expect, it } from 'vitest';

import { runProgram } from './run-program.ts';
import { limits, processesWith, shell, text, ways } from './testing/shell-programs.ts';

const never = new AbortController().signal;

/** Children and detached grandchildren that do not listen, and put another in the place of each that ends. */
const multiply = (sleep: string) => `
  trap "" TERM HUP INT
  again() { trap "" TERM HUP INT; while :; do sleep ${sleep} & wait; done; }
  for one in 1 2 3 4 5; do
    again &
    setsid sh -c 'trap "" TERM HUP INT; while :; do sleep ${sleep} & setsid sleep ${sleep} & wait; done' &
  done
  `;

describe.each(ways)('%s', (_name, isolation) => {
  it('time stops a program that multiplies, with all that it became', async () => {
    const spec = shell(`${multiply('311')} wait`, isolation);

    const result = await runProgram({ ...spec, limits: { ...limits, timeoutMs: 500 } }, never);

    expect(result.end).toEqual({ kind: 'timed-out' });
    expect(await processesWith('sleep 311')).toEqual([]);
  });

  it('output stops a program, with what writes in its place', async () => {
    const spec = shell(`${multiply('312')} (setsid yes aaaaaaaa 312 &) ; yes bbbbbbbb`, isolation);

    const result = await runProgram({ ...spec, limits: { ...limits, stdoutBytes: 1000 } }, never);

    expect(result.end).toEqual({ kind: 'output-too-long', stream: 'stdout' });
    expect(result.stdout).toHaveLength(1000);
    expect(await processesWith('sleep 312')).toEqual([]);
    expect(await processesWith('yes aaaaaaaa')).toEqual([]);
  });

  it('an abort stops a program, with all that it became', async () => {
    const controller = new AbortController();
    const running = runProgram(shell(`${multiply('313')} wait`, isolation), controller.signal);
    await expect.poll(() => processesWith('sleep 313'), { timeout: 5000 }).not.toEqual([]);

    controller.abort(new Error('enough'));

    await expect(running).rejects.toThrow('enough');
    expect(await processesWith('sleep 313')).toEqual([]);
  });

  it('memory bounds each child as well', async () => {
    const grow = 'const b = []; for (;;) b.push(Buffer.alloc(10_000_000, 1))';
    const script = `'${execPath}' -e '${grow}' >/dev/null 2>&1 || echo child died`;
    const spec = shell(script, isolation);

    const result = await runProgram({ ...spec, limits: { ...limits, memoryBytes: 400e6 } }, never);

    expect(result.end).toEqual({ kind: 'exited', exitCode: 0 });
    expect(text(result.stdout)).toBe('child died\n');
  });

  it('nothing of us comes along but what is named', async () => {
    await using open = await openFile(import.meta.filename);
    const spec = shell('env; echo; ls -l /proc/self/fd 2>/dev/null', isolation);

    const { stdout } = await runProgram({ ...spec, environment: { PATH: '/usr/bin:/bin' } }, never);

    const [environment = '', files = ''] = text(stdout).split('\n\n');
    const names = environment.split('\n').map((line) => line.split('=')[0] ?? '');
    expect(names.filter((name) => !/^(?:PWD|OLDPWD|SHLVL|_)$/.test(name)).sort()).toEqual([
      'HOME',
      'PATH',
      'TMPDIR',
      'TRUEUP_PROGRAM',
      'XDG_CACHE_HOME',
      'XDG_CONFIG_HOME',
      'XDG_DATA_HOME',
      'XDG_STATE_HOME',
    ]);
    expect(open.fd).toBeGreaterThan(2);
    expect(files).not.toContain(basename(import.meta.filename));
  });
});

// What left the group on purpose is looked for only behind programs that run foreign content.
describe.each(ways.filter(([, isolation]) => isolation))('%s', (_name, isolation) => {
  it('a program that ends by itself leaves nothing behind', async () => {
    const result = await runProgram(shell(`${multiply('314')} echo done`, isolation), never);

    expect(result.end).toEqual({ kind: 'exited', exitCode: 0 });
    expect(text(result.stdout)).toBe('done\n');
    expect(await processesWith('sleep 314')).toEqual([]);
  });
});
