import type { Alert, AlertQuery, AlertTest, ApiClient } from '@trueup/api';

import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { formatAge, formatDuration } from '../output/format-age.ts';
import { type Line, line, type Span, span } from '../output/line.ts';
import { type Column, table } from '../output/table.ts';
import { connectServer } from '../server/connect-server.ts';
import { findAlertId } from '../server/find-id.ts';
import { parseCount } from '../server/parse-count.ts';
import { parseDestination } from '../server/parse-destination.ts';
import { readPages } from '../server/read-pages.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';
import { UsageError } from '../usage-error.ts';

interface ListFlags extends ServerFlags {
  readonly repository?: string;
  readonly state?: string;
  readonly limit: string;
}

interface TestFlags extends ServerFlags {
  readonly repository?: string;
  readonly to?: string;
}

export const alert: CommandDefinition = {
  declare(command, start) {
    addServerFlags(command.command('list').description('List what was sent, or waits to be.'))
      .option('--repository <name>', 'of this repository only')
      .option('--state <state>', 'pending, sent or failed')
      .option('-n, --limit <n>', 'how many, the newest ones', '50')
      .action((flags: ListFlags) => start(flags, (cli) => listAlerts(cli, flags)));
    addServerFlags(
      command
        .command('test')
        .description('Send a test message, and tell the answer; 1 if it was not taken.'),
    )
      .argument('[name]', 'of an alert, as trueup.yaml or `trueup alert list` names it')
      .option('--to <destination>', 'what is not written down yet: slack=SECRET, ntfy=URL, …')
      .option('--repository <name>', 'whose alert; needed where there are several')
      .action((name: string | undefined, flags: TestFlags) =>
        start(flags, (cli) => testAlert(cli, name, flags)),
      );
    addServerFlags(command.command('retry').description('Send a message once more.'))
      .argument('<id>', 'as `trueup alert list` shows it, or its beginning')
      .action((id: string, flags: ServerFlags) =>
        start(flags, (cli) => retryAlert(cli, id, flags)),
      );
  },
};

const columns: readonly Column[] = [
  { title: 'ALERT' },
  { title: 'MADE', align: 'right' },
  { title: 'TO', flexible: true },
  { title: 'WHAT', flexible: true, least: 20 },
  { title: 'STATE', flexible: true, least: 20 },
];

async function listAlerts(cli: Cli, flags: ListFlags): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const most = parseCount('--limit', flags.limit);
  const filter = {
    ...(flags.repository !== undefined && { repository: flags.repository }),
    ...(flags.state !== undefined && { state: parseState(flags.state) }),
  };
  const client = await connectServer(cli, flags.server);
  const alerts = await readPages(
    (query) => client.alerts({ query: { ...filter, ...query } }),
    most,
  );
  const nowMs = surroundings.nowMs();
  const rows = alerts.map((one) => [
    span(one.id.slice(0, idLength), 'dim'),
    span(formatAge(one.createdAt, nowMs), 'dim'),
    span(one.name),
    span(describeNews(one), 'strong'),
    describeState(one, nowMs),
  ]);
  printer.lines(
    rows.length === 0
      ? [line('Nobody was told of anything.')]
      : table(columns, rows, printer.tableWidth),
  );
  await printer.document({ alerts });
  return exitCodes.done;
}

/** As long as those of runs are shown. */
const idLength = 12;

function parseState(text: string): NonNullable<AlertQuery['state']> {
  const states = ['pending', 'sent', 'failed'] as const;
  const found = states.find((state) => state === text);
  if (found) return found;
  throw new UsageError(`--state ${text}: it is one of ${states.join(', ')}.`);
}

function describeNews({ title, count, repeats }: Alert): string {
  const more = count > 1 ? ` (${count})` : '';
  return repeats > 0 ? `${title}${more}, and ${repeats} times again` : `${title}${more}`;
}

function describeState(shown: Alert, nowMs: number): Span {
  const { state, attempts, failure, nextAt, sentAt } = shown;
  const why = failure ? `: ${failure.message}` : '';
  if (state === 'sent') return span(`sent ${formatAge(sentAt ?? '', nowMs)}`, 'good');
  if (state === 'failed') return span(`given up${why}`, 'bad');
  const waitMs = Date.parse(nextAt ?? '') - nowMs;
  const when = waitMs > 0 ? `in ${formatDuration(waitMs)}` : 'now';
  const tried = attempts === 0 ? '' : `, tried ${attempts} times${why}`;
  return span(`waits: ${when}${tried}`, attempts === 0 ? 'dim' : 'warn');
}

async function testAlert(cli: Cli, name: string | undefined, flags: TestFlags): Promise<ExitCode> {
  const { printer } = cli;
  const body = readTest(name, flags.to);
  const client = await connectServer(cli, flags.server);
  const repository = flags.repository ?? (await onlyRepository(client));
  const trial = await client.testAlert({ params: { repository }, body });
  const { destination, taken, answer } = trial;
  const said: Line = taken
    ? line(`${destination}: it took the message: ${answer}.`, 'good')
    : line(`${destination}: ${answer}.`, 'bad');
  printer.lines([said]);
  await printer.document({ repository, ...trial });
  return taken ? exitCodes.done : exitCodes.failed;
}

function readTest(name: string | undefined, to: string | undefined): AlertTest {
  if (name !== undefined && to === undefined) return { name };
  if (name === undefined && to !== undefined) return { to: parseDestination(to) };
  throw new UsageError('Say which alert to try: its name, or a destination by --to.');
}

async function onlyRepository(client: ApiClient): Promise<string> {
  const { items } = await client.repositories();
  const [only, other] = items;
  if (only && !other) return only.name;
  const names = items.map((one) => one.name).join(', ');
  throw new UsageError(`Say by --repository whose alert it is: ${names || 'there is none'}.`);
}

async function retryAlert(cli: Cli, text: string, { server }: ServerFlags): Promise<ExitCode> {
  const client = await connectServer(cli, server);
  const id = await findAlertId(client, text);
  const again = await client.retryAlert({ params: { alert: id } });
  cli.printer.lines([line(`${again.title}: it is sent to ${again.name} once more.`)]);
  await cli.printer.document({ alert: again });
  return exitCodes.done;
}
