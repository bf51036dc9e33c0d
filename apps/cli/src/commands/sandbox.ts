import { existsSync, readFileSync, statSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { Cli, CommandDefinition, CommonFlags } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { line, span } from '../output/line.ts';
import { UsageError } from '../usage-error.ts';

interface SandboxFlags extends CommonFlags {
  readonly kubeconfig: string;
  readonly port?: string;
  readonly name: string;
}

export const sandbox: CommandDefinition = {
  declare(command, start) {
    command
      .requiredOption('--kubeconfig <file>', 'where to write how to reach it; gone when it ends')
      .option('--port <port>', 'a free one if absent')
      .option('--name <name>', 'of its context', 'sandbox')
      .action((flags: SandboxFlags) => start(flags, (cli) => runSandbox(cli, flags)));
  },
};

/** Runs a cluster in memory until somebody stops it. Nothing of it stays. */
async function runSandbox(cli: Cli, { kubeconfig, port, name }: SandboxFlags): Promise<ExitCode> {
  const { surroundings, printer } = cli;
  const file = resolve(surroundings.folder, kubeconfig);
  refuseForeign(file, kubeconfig);
  const { startSandbox } = await import('@trueup/sandbox-kubernetes');
  await using started = await startSandbox({ name, port: parsePort(port) });
  await writeKubeconfig(file, started.kubeconfig(), kubeconfig);
  try {
    printer.lines([
      [span('A Kubernetes cluster in memory at '), span(started.url, 'accent')],
      line(`kubectl --kubeconfig ${kubeconfig} get namespaces`),
      line('It ends with Ctrl-C, and nothing of it stays.', 'dim'),
    ]);
    await untilStopped(surroundings.interrupts.stop);
  } finally {
    await rm(file, { force: true });
  }
  return exitCodes.done;
}

async function writeKubeconfig(file: string, text: string, written: string): Promise<void> {
  try {
    await writeFile(file, text, { mode: 0o600 });
  } catch (error) {
    throw notWritable(error, written);
  }
}

function notWritable(error: unknown, written: string): UsageError {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return new UsageError(`--kubeconfig ${written}: it cannot be written (${reason}).`);
}

/** Somebody's own kubeconfig is not overwritten. */
function refuseForeign(file: string, written: string): void {
  if (!existsSync(file)) return;
  if (statSync(file).isFile() && /^ {4}token: sandbox$/m.test(readFileSync(file, 'utf8'))) return;
  throw new UsageError(
    `--kubeconfig ${written}: it exists, and is none of a sandbox. Name another file.`,
  );
}

function parsePort(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--port ${text}: a port is a number up to 65535.`);
}

function untilStopped(stop: AbortSignal): Promise<void> {
  return new Promise((done) => {
    // The listener alone keeps no process alive.
    const alive = setInterval(() => undefined, 60_000);
    const end = (): void => {
      clearInterval(alive);
      done();
    };
    if (stop.aborted) end();
    else stop.addEventListener('abort', end, { once: true });
  });
}
