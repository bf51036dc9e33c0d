/** Runs the real command line as a process of its own, in folders that go with the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, open as openFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execPath } from 'node:process';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { type Sandbox, startSandbox } from '@trueup/sandbox-kubernetes';

export interface CliResult {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

export interface RunOptions {
  /** It goes on until it is stopped, or until this process has ended in whatever way. It reads no input. */
  readonly lasts?: true;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly folder?: string;
  /** Where it prints to: an open file. A pipe if absent. */
  readonly stdout?: number;
}

export interface RunningCli {
  readonly process: ChildProcess;
  /** Resolves when standard output or error holds the text. */
  until(wanted: string): Promise<void>;
  /** The same, with what was found. */
  untilMatch(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<CliResult>;
}

export interface CliBench extends AsyncDisposable {
  /** For the files of a test. */
  readonly folder: string;
  /** Of the sandbox. */
  readonly kubeconfig: string;
  readonly sandbox: Sandbox;
  run(words: readonly string[], options?: RunOptions): Promise<CliResult>;
  start(words: readonly string[], options?: RunOptions): RunningCli;
  /** The exit code, where nobody reads what is printed. */
  runUnread(words: readonly string[]): Promise<number | null>;
  /** What a command says beside what it prints, which goes into a file. */
  runInto(file: string, words: readonly string[]): Promise<Omit<CliResult, 'output'>>;
  /** Writes files below the folder. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** What commands left in the folder for temporary files. */
  leftovers(): Promise<readonly string[]>;
}

const main: string = join(import.meta.dirname, '../main.ts');
const guard: string = join(import.meta.dirname, '../../../../tools/end-with-parent.mjs');
/** Each bench has a home of its own; the modules need not be compiled anew in each. */
const compiled: string = join(import.meta.dirname, '../../../../node_modules/.cache/compiled');

export interface CliBenchOptions {
  /** Where git is found, written like PATH. */
  readonly searchPath: string;
  /** How long containers of the sandbox take to start. */
  readonly podStartMs?: number;
}

export async function openCliBench({
  searchPath,
  ...behaviour
}: CliBenchOptions): Promise<CliBench> {
  const root = await mkdtemp(join(tmpdir(), 'trueup-cli-'));
  const [folder, home, temporary] = ['work', 'home', 'tmp'].map((name) => join(root, name));
  if (!(folder && home && temporary)) throw new Error('unreachable');
  await Promise.all([folder, home, temporary].map((one) => mkdir(one)));
  const sandbox = await startSandbox({ name: 'bench', ...behaviour });
  const kubeconfig = join(root, 'kubeconfig');
  await writeFile(kubeconfig, sandbox.kubeconfig());
  const surroundings = { HOME: home, TMPDIR: temporary, KUBECONFIG: kubeconfig };
  const running = new Set<ChildProcess>();

  function open(words: readonly string[], options: RunOptions): ReturnType<typeof spawn> {
    const child = spawn(execPath, [main, ...words], {
      cwd: options.folder ?? folder,
      stdio: ['pipe', options.stdout ?? 'pipe', 'pipe'],
      env: {
        PATH: searchPath,
        NODE_COMPILE_CACHE: compiled,
        ...surroundings,
        ...(options.lasts && { NODE_OPTIONS: `--import=${guard}` }),
        ...options.environment,
      },
    });
    running.add(child);
    child.on('exit', () => running.delete(child));
    // It may be gone before it has read what it was told.
    child.stdin?.on('error', () => undefined);
    if (!options.lasts) child.stdin?.end(options.input ?? '');
    return child;
  }
  const start = (words: readonly string[], options: RunOptions = {}): RunningCli =>
    follow(open(words, options));

  return {
    folder,
    kubeconfig,
    sandbox,
    start,
    run: (words, options) => start(words, options).ended,
    runUnread(words) {
      const child = open(words, {});
      child.stdout?.destroy();
      return new Promise((resolve) => child.on('exit', resolve));
    },
    async runInto(file, words) {
      await using printed = await openFile(file, 'w');
      const { ended } = follow(open(words, { stdout: printed.fd }));
      const { code, errors } = await ended;
      return { code, errors };
    },
    async write(files) {
      for (const [name, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await writeFile(join(folder, name), content);
      }
    },
    leftovers: () => readdir(temporary),
    async [Symbol.asyncDispose]() {
      for (const child of running) child.kill('SIGKILL');
      await sandbox.close();
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function follow(child: ReturnType<typeof spawn>): RunningCli {
  const { stderr } = child;
  if (!stderr) throw new Error('unreachable');
  const stdout = child.stdout ?? Readable.from([]);
  let seen = '';
  const waiters = new Set<() => void>();
  for (const stream of [stdout, stderr]) {
    stream.on('data', (chunk) => {
      seen += String(chunk);
      for (const wake of waiters) wake();
    });
  }
  const exited = new Promise<number | null>((resolve) => child.on('close', resolve));
  const ended = Promise.all([exited, text(stdout), text(stderr)]).then(
    ([code, output, errors]): CliResult => ({ code, output, errors }),
  );
  const untilMatch = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(seen);
        if (found) resolve(found);
      };
      waiters.add(look);
      look();
      child.on('close', () => reject(new Error(`it ended without ${pattern.source}:\n${seen}`)));
    });
  return {
    process: child,
    ended,
    untilMatch,
    async until(wanted) {
      await untilMatch(new RegExp(RegExp.escape(wanted)));
    },
  };
}
