/** Small scripts as programs, and a look at what is left of them. */
import { readdir, readFile } from 'node:fs/promises';
import { env } from 'node:process';

import { findProgram } from '../find-program.ts';
import type { IsolationRequest } from '../isolation/isolation-request.ts';
import type { ProgramSpec } from '../program-spec.ts';

const systemPath = '/usr/bin:/bin';

export const limits = { timeoutMs: 20_000, graceMs: 100, stdoutBytes: 1e6, stderrBytes: 1e6 };

// biome-ignore lint/style/noProcessEnv: a machine may have bubblewrap elsewhere.
const bubblewrap = await findProgram('bwrap', `${systemPath}:${env['PATH']}`);

/** Each way to run a program on this machine. */
export const ways: readonly (readonly [string, IsolationRequest | undefined])[] = [
  ['without isolation', undefined],
  [
    'without bubblewrap',
    {
      level: 'preferred',
      network: 'none',
      readable: [],
      writable: [],
      bubblewrap: '/nowhere/bwrap',
    },
  ],
  ...(bubblewrap === undefined
    ? []
    : ([
        [
          'with bubblewrap',
          { level: 'required', network: 'none', readable: [], writable: [], bubblewrap },
        ],
      ] as const)),
];

export function shell(script: string, isolation?: IsolationRequest): ProgramSpec {
  return {
    program: '/bin/sh',
    arguments: ['-c', script],
    environment: { PATH: systemPath },
    limits,
    ...(isolation && { isolation }),
  };
}

/** Processes that live and have all of these words in their command line, as this machine sees them. */
export async function processesWith(words: string): Promise<readonly string[]> {
  const names = await readdir('/proc').catch(() => []);
  const lines = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map((name) => readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.map((line) => line.replaceAll('\0', ' ')).filter((line) => line.includes(words));
}

export function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
