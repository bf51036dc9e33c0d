import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { line } from '../output/line.ts';
import { connectServer } from '../server/connect-server.ts';
import { findStacks, paramsOf } from '../server/find-stacks.ts';
import { startAndFollow } from '../server/server-apply.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';

interface HealFlags extends ServerFlags {
  readonly wait: boolean;
}

export const heal: CommandDefinition = {
  declare(command, start) {
    addServerFlags(command)
      .argument('<stack...>', 'repository/stack; * matches')
      .option('--no-wait', 'do not watch the runs')
      .action((names: readonly string[], flags: HealFlags) =>
        start(flags, (cli) => healStacks(cli, names, flags)),
      );
  },
};

/** Where nothing has drifted, nothing is begun. */
async function healStacks(
  cli: Cli,
  names: readonly string[],
  { server, wait }: HealFlags,
): Promise<ExitCode> {
  const client = await connectServer(cli, server);
  const stacks = (await findStacks(client, names)).filter(({ driftCount }) => driftCount > 0);
  if (stacks.length === 0) {
    cli.printer.lines([line('Nothing to heal: none of them has drifted.', 'good')]);
    await cli.printer.document({ runs: [] });
    return exitCodes.done;
  }
  return startAndFollow(cli, client, {
    stacks,
    start: (stack) => client.heal({ params: paramsOf(stack) }),
    wait,
    all: false,
  });
}
