/** What merge requests of any forge would bring, and who stands behind it. */
import type { ApiClient, ChangeSet, ChangeSetStack } from '@trueup/api';

import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { changeSetRow, changeSetTable, changeSetView } from '../output/change-set-view.ts';
import { emptyLine, type Line, line } from '../output/line.ts';
import { requestView } from '../output/merge-request-view.ts';
import { digestToApprove, planView } from '../output/plan-view.ts';
import type { PlanReport } from '../report/plan-report.ts';
import { connectServer } from '../server/connect-server.ts';
import { parseCount } from '../server/parse-count.ts';
import { readPages } from '../server/read-pages.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';
import { planOfRun } from '../server/server-plans.ts';
import { UsageError } from '../usage-error.ts';
import { addPlace, placeOf, type RequestPlace } from './mr-place.ts';
import { readRequest } from './mr-request.ts';

interface ListFlags extends ServerFlags {
  readonly limit: string;
  readonly all?: true;
}

interface ShowFlags extends ServerFlags {
  readonly all?: true;
}

type Declare = CommandDefinition['declare'];

/** Below `trueup mr`. */
export const declareChangeSets: Declare = (command, start) => {
  addServerFlags(command.command('list').description('List what open merge requests would bring.'))
    .argument('[repository]', 'of this one only')
    .option('-n, --limit <n>', 'how many', '20')
    .option('-a, --all', 'also those that are merged or closed, and older states of each')
    .action((repository: string | undefined, flags: ListFlags) =>
      start(flags, (cli) => listAll(cli, repository, flags)),
    );
  addPlace(
    command.command('show').description('Show what it would bring, and what stands in its way.'),
  )
    .option('-a, --all', 'cut nothing')
    .action((repository: string, number: string, flags: ShowFlags) =>
      start(flags, (cli) => showOne(cli, placeOf(repository, number), flags)),
    );
  addPlace(command.command('approve').description('Approve what it would bring.'))
    .argument('<digest>', 'of all of its plans, or of one stack: 12 digits or more')
    .action((repository: string, number: string, digest: string, flags: ServerFlags) =>
      start(flags, (cli) => approveOne(cli, { ...placeOf(repository, number), digest }, flags)),
    );
};

async function listAll(
  cli: Cli,
  repository: string | undefined,
  { all, limit, server }: ListFlags,
): Promise<ExitCode> {
  const { printer, surroundings } = cli;
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

/** The newest state of a merge request, with its approvals; `undefined` for one that nobody planned. */
async function findOne(
  client: ApiClient,
  { repository, number }: RequestPlace,
): Promise<ChangeSet | undefined> {
  const { items } = await client.changeSets({ query: { repository, number, limit: 1 } });
  const [newest] = items;
  return newest && client.changeSet({ params: { changeSet: newest.id } });
}

function unknown({ repository, number }: RequestPlace): UsageError {
  return new UsageError(`${repository}!${number}: no merge request of this number was seen yet.`);
}

async function showOne(cli: Cli, place: RequestPlace, flags: ShowFlags): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const client = await connectServer(cli, flags.server);
  const hosted = await readRequest(client, place);
  const found = await findOne(client, place);
  if (!(hosted || found)) throw unknown(place);
  const nowMs = surroundings.nowMs();
  const { width, tableWidth } = printer;
  if (hosted) printer.lines([...requestView(hosted, { nowMs, width }), emptyLine]);
  const plans = found ? await readPlans(client, found) : [];
  const params = { changeSet: found?.id ?? '' };
  const { items: approvals } = found ? await client.changeSetApprovals({ params }) : { items: [] };
  if (found) {
    printer.lines([
      ...changeSetView(found, { width: tableWidth, nowMs }),
      emptyLine,
      ...planView(plans, { width, all: flags.all === true, nowMs }),
    ]);
    printer.lines(howToApprove(found));
  }
  await printer.document({ changeSet: found ?? null, approvals, plans, ...hosted });
  const failed = Object.values(found?.stacks ?? {}).some(({ state }) => state === 'failed');
  return failed ? exitCodes.failed : exitCodes.done;
}

/** The words for whoever is asked; nothing where nobody waits for anybody. */
function howToApprove({ repository, number, phase, digest, stacks }: ChangeSet): readonly Line[] {
  const isAsked = Object.values(stacks).some(
    ({ approval }) => approval && approval.required !== '' && !approval.covered,
  );
  if (phase !== 'planned' || !isAsked) return [];
  return [
    emptyLine,
    line(`trueup mr approve ${repository} ${number} ${digestToApprove(digest)}`, 'accent'),
  ];
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
  { plan, digest = '', target = '' }: ChangeSetStack,
): Promise<PlanReport | undefined> {
  if (plan === undefined) return undefined;
  const [repository = '', stack = ''] = name.split('/');
  const record = await client
    .stack({ params: { repository, stack } })
    // A stack that comes by this merge request is not known yet.
    .catch(() => ({ target, path: '' }));
  return planOfRun(client, { plan: { id: plan, digest, waves: 0 } }, record);
}

async function approveOne(
  cli: Cli,
  { digest, ...place }: RequestPlace & { readonly digest: string },
  { server }: ServerFlags,
): Promise<ExitCode> {
  const client = await connectServer(cli, server);
  const found = await findOne(client, place);
  if (!found) throw unknown(place);
  const params = { changeSet: found.id };
  const { items } = await client.approveChangeSet({ params, body: { digest } });
  const { printer } = cli;
  printer.lines(items.map(({ stack }) => line(`${stack}: approved.`, 'good')));
  await printer.document({ approvals: items });
  return exitCodes.done;
}
