import { join } from 'node:path';

import type { Cli, CommandDefinition, CommonFlags } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';

const server: string = join(import.meta.dirname, '../../../server/bin/trueup-server.mjs');

export const serve: CommandDefinition = {
  readsOwnFlags: true,
  declare(command, start) {
    command
      .argument('[flags...]', 'of the server: `trueup serve --help` lists them')
      .allowUnknownOption()
      .helpOption(false)
      .action((_words: readonly string[], flags: CommonFlags) =>
        start({ ...flags, color: true }, runServer),
      );
  },
};

/**
 * The server takes the place of this process: whoever stops it, stops the server and nothing else. It
 * reads its flags itself, and says what is wrong with them.
 */
async function runServer({ surroundings }: Cli): Promise<ExitCode> {
  const { arguments: words, become } = surroundings;
  const given = words[0] === 'help' ? ['--help'] : words.slice(words.indexOf('serve') + 1);
  return become(process.execPath, [server, ...given]);
}
