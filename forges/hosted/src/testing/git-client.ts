import { execFile } from 'node:child_process';

export interface GitEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A real git client with nothing of this machine's settings. */
export async function git(
  folder: string,
  arguments_: readonly string[],
  { signal, environment = {} }: GitCallOptions = {},
): Promise<GitEnd> {
  return await new Promise((resolve) => {
    const options = {
      cwd: folder,
      env: { ...ownEnvironment, HOME: folder, ...environment },
      maxBuffer: 1e8,
      timeout: 120_000,
      ...(signal && { signal }),
    };
    execFile('git', [...arguments_], options, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : Number(error !== null);
      resolve({ code, stdout: stdout.trim(), stderr });
    });
  });
}

export interface GitCallOptions {
  readonly signal?: AbortSignal;
  readonly environment?: Readonly<Record<string, string>>;
}

const ownEnvironment = {
  PATH: '/usr/bin:/bin:/usr/local/bin',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@example.com',
  GIT_COMMITTER_NAME: 'Ann',
  GIT_COMMITTER_EMAIL: 'ann@example.com',
};

/** @throws Error with what git said when it fails. */
export async function mustGit(folder: string, ...arguments_: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await git(folder, arguments_);
  if (code !== 0) throw new Error(`git ${arguments_[0]}: ${stderr}`);
  return stdout;
}
