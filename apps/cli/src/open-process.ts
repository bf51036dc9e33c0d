import { Writable } from 'node:stream';

import { type ExitCode, exitCodes } from './exit-code.ts';
import { Interrupted, type Interrupts, type Sink, type Surroundings } from './surroundings.ts';

/** The surroundings of the real process. `close` waits until all is written, and ends it. */
export function openProcess(process: NodeJS.Process): {
  readonly surroundings: Surroundings;
  close(code: ExitCode): Promise<void>;
} {
  const interrupts = listen(process);
  const isTerminal = process.stdin.isTTY === true && process.stderr.isTTY === true;
  const lost = new Set<string>();
  const surroundings: Surroundings = {
    arguments: process.argv.slice(2),
    environment: process.env,
    folder: process.cwd(),
    output: toSink(process.stdout, (reason) => lost.add(`standard output: not written: ${reason}`)),
    errors: toSink(process.stderr, () => undefined),
    ask: isTerminal ? askOn(process, interrupts, process.stderr) : undefined,
    askSecret: isTerminal ? askSecretly(process, interrupts) : undefined,
    readInput: async () => (await import('node:stream/consumers')).text(process.stdin),
    become: (program, words) => become(program, words, { process, interrupts }),
    interrupts,
    nowMs: Date.now,
  };
  return {
    surroundings,
    async close(given) {
      await Promise.all([flush(process.stdout), flush(process.stderr)]);
      const code = lost.size > 0 ? exitCodes.failed : given;
      process.exitCode = code;
      for (const what of lost) surroundings.errors.write(`${what}\n`);
      await flush(process.stderr);
      // Handles of others (watches of a lost connection) must not keep a finished command alive.
      process.exit(code);
    },
  };
}

interface Listening extends Interrupts {
  /** As Ctrl-C. */
  readonly interrupt: () => void;
}

function listen(process: NodeJS.Process): Listening {
  const stop = new AbortController();
  const abort = new AbortController();
  const interrupt = (): void => {
    const controller = stop.signal.aborted ? abort : stop;
    controller.abort(new Interrupted());
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, interrupt);
  return { stop: stop.signal, abort: abort.signal, interrupt };
}

/**
 * Whoever reads us may stop reading (`| head`). That is no failure of ours, and nothing ends by it that
 * must not end half-way: an apply goes on. Nor does it end by a full disk, but that is told at the end.
 */
function toSink(stream: NodeJS.WriteStream, onLost: (reason: string) => void): Sink {
  const closed = new AbortController();
  stream.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE') onLost(code);
    closed.abort();
  });
  return {
    write: (chunk) => {
      if (!closed.signal.aborted) stream.write(chunk);
    },
    isTerminal: stream.isTTY === true,
    columns: () => (stream.isTTY ? stream.columns : undefined),
    closed: closed.signal,
  };
}

type Ask = (question: string, signal: AbortSignal) => Promise<string>;

/** Readline keeps Ctrl-C for itself while it asks. Ctrl-D answers nothing. */
function askOn(process: NodeJS.Process, { interrupt }: Listening, output: Writable): Ask {
  return async (question, signal) => {
    const { createInterface } = await import('node:readline/promises');
    const terminal = createInterface({ input: process.stdin, output, terminal: true });
    terminal.on('SIGINT', interrupt);
    const closed = new Promise<string>((resolve) => terminal.on('close', () => resolve('')));
    try {
      return await Promise.race([terminal.question(question, { signal }), closed]);
    } catch (error) {
      // Readline has a reason of its own.
      signal.throwIfAborted();
      throw error;
    } finally {
      terminal.close();
    }
  };
}

/** What is typed is not echoed. */
function askSecretly(process: NodeJS.Process, interrupts: Listening): Ask {
  return async (question, signal) => {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const ask = askOn(process, interrupts, nowhere);
    process.stderr.write(question);
    const answer = await ask('', signal);
    process.stderr.write('\n');
    return answer;
  };
}

interface Becoming {
  readonly process: NodeJS.Process;
  readonly interrupts: Interrupts;
}

/** By taking our own place where the system can; else as a process below, which ends with us. */
async function become(
  program: string,
  words: readonly string[],
  { process, interrupts }: Becoming,
): Promise<ExitCode> {
  if (process.execve && process.platform !== 'win32') {
    process.execve(program, [program, ...words], withoutAbsent(process.env));
  }
  const { spawn } = await import('node:child_process');
  const child = spawn(program, words, { stdio: 'inherit' });
  interrupts.stop.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code === 0 ? exitCodes.done : exitCodes.failed));
  });
}

function withoutAbsent(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const entries = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}

function flush(stream: Writable): Promise<void> {
  if (stream.destroyed || stream.errored) return Promise.resolve();
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
