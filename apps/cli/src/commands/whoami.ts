import type { Grant } from '@trueup/api';

import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { line, span } from '../output/line.ts';
import { clientOf, requireServer } from '../server/connect-server.ts';
import { nameOfActor } from '../server/name-of-actor.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';

export const whoami: CommandDefinition = {
  declare(command, start) {
    addServerFlags(command).action((flags: ServerFlags) =>
      start(flags, (cli) => sayWho(cli, flags)),
    );
  },
};

async function sayWho(cli: Cli, flags: ServerFlags): Promise<ExitCode> {
  const { printer } = cli;
  const address = await requireServer(cli, flags.server);
  const actor = await (await clientOf(cli, address)).actor();
  const grants = actor.kind === 'member' ? actor.grants : [];
  printer.lines([
    [span(nameOfActor(actor), 'strong'), span(' at ', 'dim'), span(address.baseUrl, 'accent')],
    line(grants.length === 0 ? 'no roles' : grants.map(formatGrant).join(', ')),
  ]);
  await printer.document({ server: address.baseUrl, actor });
  return exitCodes.done;
}

/** `admin`, or `developer in shop`. */
function formatGrant({ role, repository }: Grant): string {
  return repository === undefined ? role : `${role} in ${repository}`;
}
