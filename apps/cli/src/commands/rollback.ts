import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { connectServer } from '../server/connect-server.ts';
import { findStack, paramsOf } from '../server/find-stacks.ts';
import { startAndFollow } from '../server/server-apply.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';
import { askYes } from '../stand-alone/consent.ts';

interface RollbackFlags extends ServerFlags {
  readonly reason: string;
  readonly yes?: true;
  readonly wait: boolean;
}

export const rollback: CommandDefinition = {
  declare(command, start) {
    addServerFlags(command)
      .argument('<stack>', 'repository/stack')
      .argument(
        '<revision>',
        'a commit, all of its digits; `trueup history` shows which there were',
      )
      .requiredOption('--reason <text>', 'why, for those who find the stack paused')
      .option('-y, --yes', 'ask nothing: for scripts')
      .option('--no-wait', 'do not watch the run')
      .action((stack: string, revision: string, flags: RollbackFlags) =>
        start(flags, (cli) => rollBack(cli, { stack, revision, flags })),
      );
  },
};

interface Asked {
  readonly stack: string;
  readonly revision: string;
  readonly flags: RollbackFlags;
}

async function rollBack(cli: Cli, { stack: name, revision, flags }: Asked): Promise<ExitCode> {
  const client = await connectServer(cli, flags.server);
  const stack = await findStack(client, name);
  const question = `Bring ${stack.id} back to ${revision.slice(0, 12)}, and pause it until Git agrees? [y/N] `;
  const consent = await askYes(cli, question, flags.yes === true);
  if (!consent.given) {
    cli.printer.note([consent.why]);
    return exitCodes.pending;
  }
  const { reason } = flags;
  return startAndFollow(cli, client, {
    stacks: [stack],
    start: () => client.rollback({ params: paramsOf(stack), body: { revision, reason } }),
    wait: flags.wait,
    all: false,
  });
}
