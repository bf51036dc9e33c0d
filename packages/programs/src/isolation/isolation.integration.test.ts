/** What an isolated program sees, where bubblewrap works; and what happens where it does not. */
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runProgram } from '../run-program.ts';
import { shell, text, ways } from '../testing/shell-programs.ts';
import type { IsolationRequest } from './isolation-request.ts';
import { probeBubblewrap } from './probe-bubblewrap.ts';

const never = new AbortController().signal;
const [, required] = ways.find(([name]) => name === 'with bubblewrap') ?? [];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-isolation-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe.runIf(required)('an isolated program', () => {
  async function see(script: string, other: Partial<IsolationRequest> = {}): Promise<string> {
    const isolation = { ...(required as IsolationRequest), ...other };
    const { stdout, stderr } = await runProgram(shell(script, isolation), never);
    return text(stdout) + text(stderr);
  }

  it('has a /tmp of its own, which is empty and goes with it', async () => {
    const file = join(tmpdir(), 'trueup-isolation-test-file');
    await writeFile(file, 'ours');

    const seen = await see(`ls -A /tmp /var/tmp; echo theirs > '${file}'; cat '${file}'`);
    const again = await see(`cat '${file}'`);

    expect(seen).toContain('theirs');
    expect(seen).not.toContain('ours');
    expect(again).toContain('No such file');
    expect(await readFile(file, 'utf8')).toBe('ours');
    await rm(file);
  });

  it('has a home of its own, and no way to ours', async () => {
    const seen = await see(
      'echo x > "$HOME/x" && cat "$HOME/x"; ls -A /root /home /mnt /srv /opt 2>/dev/null | grep -v ":$"; ls -A / ',
    );

    expect(seen.startsWith('x\n')).toBe(true);
    expect(seen.split('\n')).not.toContain('work');
    expect(seen).not.toMatch(/\.cache|\.ssh|\.bash/);
  });

  it('has the network that it may have, and no other', async () => {
    await using server = await listen();
    const ask = (network: 'none' | 'host') => {
      const script = `fetch('${server.url}').then((r) => r.text()).then(console.log, () => console.log('nothing'))`;
      return see(`'${execPath}' -e "${script}"; ls /sys/class/net 2>/dev/null`, {
        network,
        readable: [execPath],
      });
    };

    expect(await ask('host')).toBe('answer\n');
    expect(await ask('none')).toBe('nothing\n');
  });

  it('can become nobody else, and gets no more rights than it has', async () => {
    const status = await see('cat /proc/self/status 2>/dev/null || true');
    const others = await see(
      'kill -0 -1 2>&1; ls -d /proc/[0-9]* 2>/dev/null | wc -l; id -u; id -g',
    );

    for (const line of [
      'NoNewPrivs:\t1',
      'CapEff:\t0000000000000000',
      'CapBnd:\t0000000000000000',
    ]) {
      expect(status === '' ? line : status).toContain(line);
    }
    expect(others.trim().split('\n').slice(-2)).toEqual(['65534', '65534']);
  });

  it('sees no processes of others, nor their environment', async () => {
    const seen = await see(
      'cat /proc/*/environ 2>/dev/null | tr "\\0" "\\n"; cat /proc/1/cmdline 2>/dev/null',
    );

    expect(seen).not.toContain('VITEST');
    expect(seen).not.toContain('node');
  });

  it('cannot write to what it may only read, nor beside it', async () => {
    await writeFile(join(folder, 'read'), 'as it was');

    const seen = await see(
      `echo new > '${folder}/read'; echo new > '${folder}/beside'; mkdir '${folder}-beside'; echo x > /usr/bin/x; echo x > /etc/x; echo x > /x`,
      { readable: [folder] },
    );

    expect(seen.match(/Read-only file system|Permission denied/g)).toHaveLength(5);
    expect(await readFile(join(folder, 'read'), 'utf8')).toBe('as it was');
    await expect(access(join(folder, 'beside'))).rejects.toThrow('ENOENT');
    // It lies in a /tmp of the program's own.
    await expect(access(`${folder}-beside`)).rejects.toThrow('ENOENT');
  });
});

describe('where bubblewrap is there and does not work', () => {
  it('it is tried, found out once, and told', async () => {
    const [bubblewrap, notes] = [join(folder, 'bwrap'), join(folder, 'notes')];
    const script = `#!/bin/sh\necho tried >> '${notes}'\necho "No permissions to create new namespace" >&2\nexit 1\n`;
    await writeFile(bubblewrap, script, { mode: 0o755 });
    const other = { network: 'none', readable: [], writable: [], bubblewrap } as const;
    const run = (level: 'preferred' | 'required') =>
      runProgram(shell('echo ran', { ...other, level }), never);

    const [first, second] = [await run('preferred'), await run('preferred')];

    expect(first).toMatchObject({ isolation: 'none', end: { exitCode: 0 } });
    expect(text(second.stdout)).toBe('ran\n');
    await expect(run('required')).rejects.toMatchObject({ code: 'PROGRAM_ISOLATION_UNAVAILABLE' });
    expect(await probeBubblewrap(bubblewrap)).toBeUndefined();
    // Once with a /proc of its own, once without: some machines forbid only that.
    expect((await readFile(notes, 'utf8')).trim().split('\n')).toHaveLength(2);
  });
});

async function listen(): Promise<AsyncDisposable & { readonly url: string }> {
  const server: Server = createServer((_request, response) => response.end('answer'));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
