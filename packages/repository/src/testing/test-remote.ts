import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What stands at a path after a commit. `null` removes it. */
export type TestContent =
  | string
  | Uint8Array
  | null
  | { readonly link: string }
  | { readonly program: string }
  | { readonly submodule: string };

export interface TestCommit {
  /** `main` when absent. */
  readonly branch?: string;
  readonly files: Readonly<Record<string, TestContent>>;
  /** The head of the branch when absent. */
  readonly parent?: string;
  /** Begins a history of its own. */
  readonly orphan?: true;
  readonly message?: string;
  readonly author?: string;
  /** Seconds since 1970. */
  readonly at?: number;
}

/** A real bare repository in a temporary folder, to be fetched from and pushed to. */
export class TestRemote implements AsyncDisposable {
  readonly folder: string;
  readonly #heads = new Map<string, string>();
  #time = 1_700_000_000;

  constructor(folder: string) {
    this.folder = folder;
  }

  get url(): string {
    return `file://${this.folder}`;
  }

  /** Commits onto a branch, whatever stood there before, and answers with the commit. */
  async commit(commit: TestCommit): Promise<string> {
    const { branch = 'main', author = 'Ann <ann@example.com>', message = 'change' } = commit;
    const parent = commit.parent ?? (commit.orphan ? undefined : this.#heads.get(branch));
    this.#time = commit.at ?? this.#time + 60;
    const lines: (string | Uint8Array)[] = [
      `commit refs/heads/${branch}\nmark :1\n`,
      `author ${author} ${this.#time} +0100\n`,
      `committer Bob <bob@example.com> ${this.#time} +0000\n`,
      ...data(message),
      // Without `from` a commit begins anew, also on a branch that exists.
      parent ? `from ${parent}\n` : '',
      ...Object.entries(commit.files).flatMap(([path, content]) => change(path, content)),
      '\nget-mark :1\n',
    ];
    if (commit.orphan) await this.git('update-ref', '-d', `refs/heads/${branch}`);
    const input = Buffer.concat(lines.map((line) => Buffer.from(line)));
    const arguments_ = [
      'fast-import',
      '--quiet',
      '--force',
      '--cat-blob-fd=1',
      '--date-format=raw',
    ];
    const revision = (await runGit(this.folder, arguments_, input)).trim();
    this.#heads.set(branch, revision);
    return revision;
  }

  async git(...arguments_: readonly string[]): Promise<string> {
    return (await runGit(this.folder, arguments_)).trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

export async function openTestRemote(format: 'sha1' | 'sha256' = 'sha1'): Promise<TestRemote> {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-remote-'));
  const options = ['--quiet', '--bare', `--object-format=${format}`, '--initial-branch=main'];
  await runGit(folder, ['init', ...options, folder]);
  return new TestRemote(folder);
}

function runGit(
  folder: string,
  arguments_: readonly string[],
  input: Uint8Array = new Uint8Array(),
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env: environment(folder), maxBuffer: 1e8 };
    const child = execFile('git', [...arguments_], options, (error, stdout) => {
      if (error) reject(error);
      else resolve(stdout);
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

function environment(folder: string): NodeJS.ProcessEnv {
  return {
    PATH: '/usr/bin:/bin:/usr/local/bin',
    GIT_DIR: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    HOME: folder,
    GIT_AUTHOR_NAME: 'Ann',
    GIT_AUTHOR_EMAIL: 'ann@example.com',
    GIT_COMMITTER_NAME: 'Bob',
    GIT_COMMITTER_EMAIL: 'bob@example.com',
  };
}

function change(path: string, content: TestContent): readonly (string | Uint8Array)[] {
  // JSON's escapes are those of git for what tests use.
  const quoted = JSON.stringify(path);
  if (content === null) return [`D ${quoted}\n`];
  if (typeof content === 'string' || content instanceof Uint8Array) {
    return [`M 100644 inline ${quoted}\n`, ...data(content)];
  }
  if ('link' in content) return [`M 120000 inline ${quoted}\n`, ...data(content.link)];
  if ('program' in content) return [`M 100755 inline ${quoted}\n`, ...data(content.program)];
  return [`M 160000 ${content.submodule} ${quoted}\n`];
}

function data(content: string | Uint8Array): readonly (string | Uint8Array)[] {
  return [`data ${Buffer.byteLength(content)}\n`, content, '\n'];
}
