/** What merge requests of any forge would bring, and who stands behind it. */
import type { ApiClient, ChangeSet, ChangeSetStack } from '@trueup/api';

import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { changeSetRow, changeSetTable, changeSetView } from '../output/change-set-view.ts';
import { emptyLine, line } from '../output/line.ts';
import { planView } from '../output/plan-view.ts';
import type { PlanReport } from '../report/plan-report.ts';
import { connectServer } from '../server/connect-server.ts';
import { parseCount } from '../server/parse-count.ts';
import { readPages } from '../server/read-pages.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';
import { planOfRun } from '../server/server-plans.ts';
import { UsageError } from '../usage-error.ts';

interface PlaceFlags extends ServerFlags {
  readonly repository?: string;
}

interface ListFlags extends PlaceFlags {
  readonly limit: string;
  readonly all?: true;
}

interface ShowFlags extends PlaceFlags {
  readonly all?: true;
}

type Declare = CommandDefinition['declare'];

const several = 'where several repositories have one of this number';

/** Below `trueup mr`. */
export const declareChangeSets: Declare = (command, start) => {
  addServerFlags(command.command('list').description('List what open merge requests would bring.'))
    .option('-r, --repository <name>', 'of this one only')
    .option('-n, --limit <n>', 'how many', '20')
    .option('-a, --all', 'also those that are merged or closed, and older states of each')
    .action((flags: ListFlags) => start(flags, (cli) => listAll(cli, flags)));
  addServerFlags(
    command
      .command('show')
      .description('Show the plans of a merge request, and who stands behind them.'),
  )
    .argument('<number>', 'as the forge counts')
    .option('-r, --repository <name>', several)
    .option('-a, --all', 'cut nothing')
    .action((number: string, flags: ShowFlags) =>
      start(flags, (cli) => showOne(cli, number, flags)),
    );
  addServerFlags(command.command('approve').description('Approve what a merge request would do.'))
    .argument('<number>', 'as the forge counts')
    .argument('<digest>', 'of all of its plans, or of one stack: 12 digits or more')
    .option('-r, --repository <name>', several)
    .action((number: string, digest: string, flags: PlaceFlags) =>
      start(flags, (cli) => approveOne(cli, { number, digest }, flags)),
    );
};

async function listAll(cli: Cli, flags: ListFlags): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const { repository, all, limit, server } = flags;
  const most = parseCount('--limit', limit);
  const client = await connectServer(cli, server);
  const filter = { ...(repository !== undefined && { repository }), ...(!all && { open: true }) };
  const changeSets = await readPages(
    (page) => client.changeSets({ query: { ...page, ...filter } }),
    most,
  );
  const rows = changeSets.map((one) => changeSetRow(one, surroundings.nowMs()));
  printer.lines(
    rows.length === 0
      ? [line(all ? 'There are no merge requests.' : 'No merge request is open.')]
      : changeSetTable(rows, printer.tableWidth),
  );
  await printer.document({ changeSets });
  return exitCodes.done;
}

/** The newest state of a merge request, with its approvals. @throws UsageError */
async function findOne(
  client: ApiClient,
  number: string,
  { repository }: PlaceFlags,
): Promise<ChangeSet> {
  const filter = {
    number: parseCount('NUMBER', number),
    ...(repository !== undefined && { repository }),
  };
  const { items } = await client.changeSets({ query: { ...filter, limit: 100 } });
  const [newest] = items;
  if (!newest) throw new UsageError(`${number}: no merge request of this number was seen yet.`);
  const names = [...new Set(items.map((one) => one.repository))];
  if (names.length > 1) {
    const known = names.sort().join(', ');
    throw new UsageError(`${number}: there is one in each of ${known}. Name one by --repository.`);
  }
  return client.changeSet({ params: { changeSet: newest.id } });
}

async function showOne(cli: Cli, number: string, flags: ShowFlags): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const client = await connectServer(cli, flags.server);
  const found = await findOne(client, number, flags);
  const approvals = await client.changeSetApprovals({ params: { changeSet: found.id } });
  const nowMs = surroundings.nowMs();
  const { width, tableWidth } = printer;
  const plans = await readPlans(client, found);
  printer.lines([
    ...changeSetView(found, { width: tableWidth, nowMs }),
    emptyLine,
    ...planView(plans, { width, all: flags.all === true, nowMs }),
  ]);
  await printer.document({ changeSet: found, approvals: approvals.items, plans });
  const failed = Object.values(found.stacks).some(({ state }) => state === 'failed');
  return failed ? exitCodes.failed : exitCodes.done;
}

async function readPlans(client: ApiClient, { stacks }: ChangeSet): Promise<readonly PlanReport[]> {
  const plans: PlanReport[] = [];
  for (const [name, stack] of Object.entries(stacks)) {
    const plan = await readPlan(client, name, stack);
    if (plan) plans.push(plan);
  }
  return plans;
}

async function readPlan(
  client: ApiClient,
  name: string,
  { plan, digest = '' }: ChangeSetStack,
): Promise<PlanReport | undefined> {
  if (plan === undefined) return undefined;
  const [repository = '', stack = ''] = name.split('/');
  const record = await client
    .stack({ params: { repository, stack } })
    // A stack that comes by this merge request is not known yet.
    .catch(() => ({ target: '', path: '' }));
  return planOfRun(client, { plan: { id: plan, digest, waves: 0 } }, record);
}

interface ApproveWords {
  readonly number: string;
  readonly digest: string;
}

async function approveOne(
  cli: Cli,
  { number, digest }: ApproveWords,
  flags: PlaceFlags,
): Promise<ExitCode> {
  const client = await connectServer(cli, flags.server);
  const found = await findOne(client, number, flags);
  const params = { changeSet: found.id };
  const { items } = await client.approveChangeSet({ params, body: { digest } });
  const { printer } = cli;
  printer.lines(items.map(({ stack }) => line(`${stack}: approved.`, 'good')));
  await printer.document({ approvals: items });
  return exitCodes.done;
}
