import { join } from 'node:path';

import type { Cli, CommandDefinition, CommonFlags } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';

const server: string = join(import.meta.dirname, '../../../server/bin/trueup-server.mjs');

interface KeyFlags extends CommonFlags {
  readonly data?: string;
  readonly key?: string;
}

export const key: CommandDefinition = {
  declare(command, start) {
    command
      .command('rotate')
      .description('Encrypt all secrets anew with a new key. The server must not run meanwhile.')
      .option('--data <folder>', 'as the server has it (TRUEUP_DATA)')
      .option('--key <file>', 'as the server has it (TRUEUP_KEY)')
      .action((flags: KeyFlags) => start(flags, (cli) => rotateKey(cli, flags)));
  },
};

/** The server's own program knows where its data and its key are, from flags and variables alike. */
async function rotateKey({ surroundings }: Cli, { data, key: file }: KeyFlags): Promise<ExitCode> {
  const given = [
    ...(data === undefined ? [] : [`--data=${data}`]),
    ...(file === undefined ? [] : [`--key=${file}`]),
  ];
  return surroundings.become(process.execPath, [server, 'rotate-key', ...given]);
}
