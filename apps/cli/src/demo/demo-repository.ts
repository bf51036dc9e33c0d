/** Somebody's checkout of the demo's repository, which is pushed from. */
import { execFile } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface DemoRepository {
  /** Where somebody edits. */
  readonly checkout: string;
  /** Goes on from the newest state of `main`, on a branch of its own. */
  branch(name: string): Promise<void>;
  /** Replaces a text in a file. @throws Error when it is not there. */
  edit(file: string, before: string, after: string): Promise<void>;
  /** Commits all that changed and pushes it to the branch; answers the revision. */
  push(message: string): Promise<string>;
}

export interface DemoRepositoryOptions {
  /** Empty, and the demo's own. */
  readonly folder: string;
  /** What is pushed to, with what it takes to get in. */
  readonly url: string;
  /** What the repository begins with. */
  readonly example: string;
  /** For git, written like PATH. */
  readonly searchPath: string;
}

const run = promisify(execFile);

/** Somebody has to have written the lines. */
const author = { name: 'Ada', email: 'ada@example.com' };

export async function openDemoRepository(options: DemoRepositoryOptions): Promise<DemoRepository> {
  const checkout = join(options.folder, 'shop');
  const git = async (folder: string, ...words: readonly string[]): Promise<string> => {
    const { stdout } = await run('git', [...words], {
      cwd: folder,
      env: environmentOf(options.searchPath),
    });
    return stdout.trim();
  };
  await git(options.folder, 'init', '--quiet', '--initial-branch=main', checkout);
  await git(checkout, 'remote', 'add', 'origin', options.url);
  // Whoever plays on in the checkout needs no settings of their own.
  await git(checkout, 'config', 'user.name', author.name);
  await git(checkout, 'config', 'user.email', author.email);
  await git(checkout, 'config', 'push.autoSetupRemote', 'true');
  await cp(options.example, checkout, { recursive: true });
  return {
    checkout,
    async branch(name) {
      await git(checkout, 'fetch', '--quiet', 'origin', 'main');
      await git(checkout, 'checkout', '--quiet', '-B', name, 'origin/main');
    },
    async edit(file, before, after) {
      const place = join(checkout, file);
      const text = await readFile(place, 'utf8');
      if (!text.includes(before)) throw new Error(`${file}: it does not say ${before}`);
      await writeFile(place, text.replace(before, after));
    },
    async push(message) {
      await git(checkout, 'add', '--all');
      await git(checkout, 'commit', '--quiet', '--message', message);
      await git(checkout, 'push', '--quiet', 'origin', 'HEAD');
      return git(checkout, 'rev-parse', 'HEAD');
    },
  };
}

/** Nobody's own settings take part: hooks and signatures would not belong to the demo. */
function environmentOf(searchPath: string): NodeJS.ProcessEnv {
  return {
    PATH: searchPath,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
  };
}
