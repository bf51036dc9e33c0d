import { open, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';

import { StalledError } from '@trueup/diagnostics';
import { findProgram, runProgram } from '@trueup/programs';

export interface Ansible {
  /** Absolute path of ansible-playbook. */
  readonly program: string;
  readonly version: string;
  /** Folders that it loads itself from, besides the system's. */
  readonly readable: readonly string[];
}

export interface FindOptions {
  /** Written like PATH. */
  readonly searchPath: string;
  readonly signal: AbortSignal;
}

/** @throws StalledError `ANSIBLE_MISSING`, `ANSIBLE_UNUSABLE`. */
export async function findAnsible({ searchPath, signal }: FindOptions): Promise<Ansible> {
  const found = await findProgram('ansible-playbook', searchPath);
  if (!found) {
    const message =
      'ansible-playbook is not installed here: install ansible-core, or name its folder in the search path';
    throw new StalledError('ANSIBLE_MISSING', message, 'ansible-playbook');
  }
  // Often a link into an environment of Python's own, which is what it needs to see.
  const program = await realpath(found);
  const limits = { timeoutMs: 60_000, stdoutBytes: 64_000, stderrBytes: 64_000 };
  const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' };
  const spec = { program, arguments: ['--version'], environment, limits };
  const { stdout } = await runProgram(spec, signal);
  const version = /\[core (\d+\.\d+[\w.]*)\]/.exec(Buffer.from(stdout).toString())?.[1];
  if (version === undefined || !isSupported(version)) {
    const message = `${program}: ${version === undefined ? 'does not say which version it is' : `is ansible-core ${version}, which is too old`}: 2.17 or newer is needed`;
    throw new StalledError('ANSIBLE_UNUSABLE', message, 'ansible-playbook');
  }
  return { program, version, readable: await foldersOf(program) };
}

function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 2 || (major === 2 && minor >= 17);
}

/** The interpreter of its first line, as it is called and as it is, each with what is installed beside it. */
async function foldersOf(program: string): Promise<readonly string[]> {
  const interpreter = await interpreterOf(program);
  const folders = [dirname(dirname(program))];
  if (interpreter !== undefined) {
    const resolved = await realpath(interpreter).catch(() => interpreter);
    folders.push(dirname(dirname(interpreter)), dirname(dirname(resolved)));
  }
  return [...new Set(folders)].filter((folder) => folder !== '/' && folder !== '/usr');
}

async function interpreterOf(program: string): Promise<string | undefined> {
  const file = await open(program, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0);
    const line = buffer.subarray(0, bytesRead).toString().split('\n')[0] ?? '';
    return /^#!\s*(\/\S+)/.exec(line)?.[1];
  } finally {
    await file.close();
  }
}
