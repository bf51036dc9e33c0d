import type { ApiClient, StackView } from '@trueup/api';

import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { openedView, rollbackView } from '../output/rollback-view.ts';
import { connectServer } from '../server/connect-server.ts';
import { findRolloutId } from '../server/find-id.ts';
import { findStack, paramsOf } from '../server/find-stacks.ts';
import { readPages } from '../server/read-pages.ts';
import { startAndFollow } from '../server/server-apply.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';
import { askYes } from '../stand-alone/consent.ts';
import { UsageError } from '../usage-error.ts';

interface RollbackFlags extends ServerFlags {
  readonly reason?: string;
  readonly rollout?: string;
  readonly yes?: true;
  readonly wait: boolean;
}

export const rollback: CommandDefinition = {
  declare(command, start) {
    addServerFlags(command)
      .argument('[stack]', 'repository/stack')
      .argument(
        '[revision]',
        'a commit; of one that `trueup history` shows, its first digits will do',
      )
      .option(
        '--rollout <rollout>',
        'take back all that one brought, by a merge request: its id, or its commit',
      )
      .option('--reason <text>', 'why, for those who find it')
      .option('-y, --yes', 'ask nothing: for scripts')
      .option('--no-wait', 'do not watch the run')
      .action((stack: string | undefined, revision: string | undefined, flags: RollbackFlags) =>
        start(flags, (cli) => rollBack(cli, { stack, revision, flags })),
      );
  },
};

interface Asked {
  readonly stack: string | undefined;
  readonly revision: string | undefined;
  readonly flags: RollbackFlags;
}

function rollBack(cli: Cli, { stack, revision, flags }: Asked): Promise<ExitCode> {
  const { rollout, reason } = flags;
  if (rollout !== undefined) {
    if (stack === undefined) return rollBackRollout(cli, { rollout, flags });
    throw new UsageError('Say a stack and a revision, or --rollout: not both.');
  }
  if (stack === undefined || revision === undefined) {
    throw new UsageError('Say what to bring back: a stack and a revision, or --rollout.');
  }
  if (reason === undefined) {
    throw new UsageError('Say why, for those who find the stack paused: --reason TEXT.');
  }
  return rollBackStack(cli, { stack, revision, reason, flags });
}

interface AskedStack {
  readonly stack: string;
  readonly revision: string;
  readonly reason: string;
  readonly flags: RollbackFlags;
}

async function rollBackStack(
  cli: Cli,
  { stack: name, revision: text, reason, flags }: AskedStack,
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
  return startAndFollow(cli, client, {
    stacks: [stack],
    start: () => client.rollback({ params: paramsOf(stack), body: { revision, reason } }),
    wait: flags.wait,
    all: false,
  });
}

interface AskedRollout {
  readonly rollout: string;
  readonly flags: RollbackFlags;
}

/** Without a reason it is only looked at. */
async function rollBackRollout(
  cli: Cli,
  { rollout: text, flags: { server, reason, yes } }: AskedRollout,
): Promise<ExitCode> {
  const { printer } = cli;
  const client = await connectServer(cli, server);
  const params = { rollout: await findRollout(client, text) };
  const shown = await client.rollbackOf({ params });
  printer.lines(rollbackView(shown, printer.width));
  if (shown.obstacle !== undefined || reason === undefined) {
    await printer.document({ rollback: shown });
    return shown.obstacle === undefined ? exitCodes.pending : exitCodes.failed;
  }
  const question = `Open a merge request in ${shown.repository} that takes this back? [y/N] `;
  const consent = await askYes(cli, question, yes === true);
  if (!consent.given) {
    printer.note([consent.why]);
    return exitCodes.pending;
  }
  const opened = await client.rollbackRollout({ params, body: { reason } });
  printer.lines(openedView(opened));
  await printer.document({ rollback: shown, opened });
  return exitCodes.done;
}

/** By its id, or by the commit that it brought. @throws UsageError */
async function findRollout(client: ApiClient, text: string): Promise<string> {
  if (!/^[0-9a-f]{7,64}$/.test(text)) return findRolloutId(client, text);
  const rollouts = await readPages((query) => client.rollouts({ query }), 2000);
  const own = rollouts.find(({ revision }) => revision.startsWith(text));
  return own?.id ?? findRolloutId(client, text);
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
