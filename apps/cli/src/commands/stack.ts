import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { line } from '../output/line.ts';
import { stackView } from '../output/stack-view.ts';
import { connectServer } from '../server/connect-server.ts';
import { findStack, paramsOf } from '../server/find-stacks.ts';
import { readStack } from '../server/read-stack.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';

interface ShowFlags extends ServerFlags {
  readonly all?: true;
}

interface PauseFlags extends ServerFlags {
  readonly reason: string;
}

export const stack: CommandDefinition = {
  declare(command, start) {
    addServerFlags(
      command
        .command('show')
        .description(
          'Show a stack: its resources, what they brought about, what was noted of them.',
        ),
    )
      .argument('<stack>', 'repository/stack')
      .option('-a, --all', 'every event, not only warnings')
      .action((name: string, flags: ShowFlags) => start(flags, (cli) => show(cli, name, flags)));
    addServerFlags(
      command.command('pause').description('Leave a stack alone until it is unpaused.'),
    )
      .argument('<stack>', 'repository/stack')
      .requiredOption('--reason <text>', 'why, for those who find it paused')
      .action((name: string, flags: PauseFlags) => start(flags, (cli) => pause(cli, name, flags)));
    addServerFlags(
      command.command('unpause').description('End the pause of a stack, and catch up.'),
    )
      .argument('<stack>', 'repository/stack')
      .action((name: string, flags: ServerFlags) =>
        start(flags, (cli) => unpause(cli, name, flags)),
      );
  },
};

async function show(cli: Cli, name: string, { server, all }: ShowFlags): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const client = await connectServer(cli, server);
  const report = await readStack(client, await findStack(client, name));
  const options = { width: printer.tableWidth, all: all === true, nowMs: surroundings.nowMs() };
  printer.lines(stackView(report, options));
  await printer.document(report);
  return report.stack.health === 'failed' ? exitCodes.failed : exitCodes.done;
}

async function pause(cli: Cli, name: string, { server, reason }: PauseFlags): Promise<ExitCode> {
  const client = await connectServer(cli, server);
  const found = await findStack(client, name);
  const paused = await client.pause({ params: paramsOf(found), body: { reason } });
  cli.printer.lines([line(`${found.id}: it is left alone until it is unpaused.`)]);
  await cli.printer.document(paused);
  return exitCodes.done;
}

async function unpause(cli: Cli, name: string, { server }: ServerFlags): Promise<ExitCode> {
  const client = await connectServer(cli, server);
  const found = await findStack(client, name);
  const unpaused = await client.unpause({ params: paramsOf(found) });
  cli.printer.lines([line(`${found.id}: it is followed again.`)]);
  await cli.printer.document(unpaused);
  return exitCodes.done;
}
