import type { ApiClient, StackView } from '@trueup/api';

import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { connectServer } from '../server/connect-server.ts';
import { findStack, paramsOf } from '../server/find-stacks.ts';
import { readPages } from '../server/read-pages.ts';
import { startAndFollow } from '../server/server-apply.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';
import { askYes } from '../stand-alone/consent.ts';
import { UsageError } from '../usage-error.ts';

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
        'a commit; of one that `trueup history` shows, its first digits will do',
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

async function rollBack(
  cli: Cli,
  { stack: name, revision: text, flags }: Asked,
): Promise<ExitCode> {
  const client = await connectServer(cli, flags.server);
  const stack = await findStack(client, name);
  const revision = await findRevision(client, stack, text);
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

/** Only what ran is looked through: the server alone knows what else Git has. @throws UsageError */
async function findRevision(
  client: ApiClient,
  { id }: Pick<StackView, 'id'>,
  text: string,
): Promise<string> {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) return text;
  if (!/^[0-9a-f]{7,63}$/.test(text)) {
    throw new UsageError(`${text}: it is no commit. Write seven digits of it or more.`);
  }
  const runs = await readPages((query) => client.runs({ query: { ...query, stack: id } }), 2000);
  const found = new Set(runs.map(({ revision }) => revision).filter((one) => one.startsWith(text)));
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  const why = first === undefined ? 'no run of it began like that' : 'several runs began like that';
  throw new UsageError(`${text}: ${why}. Write all digits of the commit.`);
}
