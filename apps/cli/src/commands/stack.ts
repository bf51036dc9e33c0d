import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { line } from '../output/line.ts';
import { connectServer } from '../server/connect-server.ts';
import { findStack, paramsOf } from '../server/find-stacks.ts';
import { addServerFlag, type ServerFlags } from '../server/server-flags.ts';

interface PauseFlags extends ServerFlags {
  readonly reason: string;
}

export const stack: CommandDefinition = {
  declare(command, start) {
    addServerFlag(command.command('pause').description('Leave a stack alone until it is unpaused.'))
      .argument('<stack>', 'repository/stack')
      .requiredOption('--reason <text>', 'why, for those who find it paused')
      .action((name: string, flags: PauseFlags) => start(flags, (cli) => pause(cli, name, flags)));
    addServerFlag(command.command('unpause').description('End the pause of a stack, and catch up.'))
      .argument('<stack>', 'repository/stack')
      .action((name: string, flags: ServerFlags) =>
        start(flags, (cli) => unpause(cli, name, flags)),
      );
  },
};

async function pause(cli: Cli, name: string, { server, reason }: PauseFlags): Promise<ExitCode> {
  const client = await connectServer(cli, server);
  const found = await findStack(client, name);
  await client.pause({ params: paramsOf(found), body: { reason } });
  cli.printer.lines([line(`${found.id}: it is left alone until it is unpaused.`)]);
  return exitCodes.done;
}

async function unpause(cli: Cli, name: string, { server }: ServerFlags): Promise<ExitCode> {
  const client = await connectServer(cli, server);
  const found = await findStack(client, name);
  await client.unpause({ params: paramsOf(found) });
  cli.printer.lines([line(`${found.id}: it is followed again.`)]);
  return exitCodes.done;
}
