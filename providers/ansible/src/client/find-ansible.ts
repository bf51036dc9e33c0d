import { open, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';

import { StalledError } from '@trueup/diagnostics';
import { findProgram } from '@trueup/programs';

export interface Ansible {
  /** Absolute path of ansible-playbook. */
  readonly program: string;
  /** Folders that it loads itself from, besides the system's. */
  readonly readable: readonly string[];
}

/**
 * Where it is; nothing is started. `searchPath` is written like PATH.
 *
 * @throws StalledError `ANSIBLE_MISSING`.
 */
export async function findAnsible(searchPath: string): Promise<Ansible> {
  const found = await findProgram('ansible-playbook', searchPath);
  if (!found) {
    const message =
      'ansible-playbook is not installed here: install ansible-core, or name its folder in the search path';
    throw new StalledError('ANSIBLE_MISSING', message, 'ansible-playbook');
  }
  // Often a link into an environment of Python's own, which is what it needs to see.
  const program = await realpath(found);
  return { program, readable: await foldersOf(program) };
}

/** @throws StalledError `ANSIBLE_UNUSABLE`. */
export function checkVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 2 || (major === 2 && minor >= 17)) return;
  const message = `ansible-core ${version} is too old: 2.17 or newer is needed`;
  throw new StalledError('ANSIBLE_UNUSABLE', message, 'ansible-playbook');
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
