import { spawn } from 'node:child_process';
import { join } from 'node:path';

import type { Cli, CommandDefinition, CommonFlags } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';

const server: string = join(import.meta.dirname, '../../../server/src/main.ts');

export const serve: CommandDefinition = {
  declare(command, start) {
    command
      .argument('[flags...]', 'of the server: `trueup serve -- --help` lists them')
      .allowUnknownOption()
      .action((words: readonly string[], flags: CommonFlags) =>
        start(flags, (cli) => runServer(cli, words)),
      );
  },
};

/**
 * The server is a process of its own, with our terminal; what stops us stops it. It is no part of our
 * process group: told of Ctrl-C by the terminal and by us, it would take that for two.
 */
async function runServer({ surroundings }: Cli, words: readonly string[]): Promise<ExitCode> {
  const { stop, abort } = surroundings.interrupts;
  const options = { stdio: 'inherit', detached: true } as const;
  const child = spawn(process.execPath, [server, ...words], options);
  const ended = new Promise<ExitCode>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code === 0 ? exitCodes.done : exitCodes.failed));
  });
  for (const signal of [stop, abort]) {
    signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  }
  return ended;
}
