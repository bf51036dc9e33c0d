import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { findProgram } from '../find-program.ts';
import { systemPath } from '../launch-command.ts';
import { type Bubblewrap, isolateCommand } from './isolate-command.ts';

/**
 * Tries once per process and file whether bubblewrap works here, since namespaces are forbidden on
 * some machines although the program is there. `undefined` when it does not.
 */
export async function probeBubblewrap(path?: string): Promise<Bubblewrap | undefined> {
  const program = path ?? (await findProgram('bwrap', systemPath));
  if (!program) return undefined;
  const known = probes.get(program) ?? probe(program);
  probes.set(program, known);
  return await known;
}

/** A fact about the machine, which does not change while we run. */
const probes = new Map<string, Promise<Bubblewrap | undefined>>();

const timeoutMs = 10_000;

async function probe(program: string): Promise<Bubblewrap | undefined> {
  for (const proc of [true, false]) {
    if (await works({ program, proc })) return { program, proc };
  }
  return undefined;
}

async function works(bubblewrap: Bubblewrap): Promise<boolean> {
  const command = { program: '/bin/sh', arguments: ['-c', 'exit 0'] };
  const nothing = { readable: [], writable: [], folder: '/', network: 'none' } as const;
  try {
    const isolated = await isolateCommand(command, nothing, bubblewrap);
    await promisify(execFile)(isolated.program, isolated.arguments, {
      env: {},
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    return true;
  } catch {
    return false;
  }
}
