import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { emptyLine, line } from '../output/line.ts';
import { planView } from '../output/plan-view.ts';
import { runTable } from '../output/run-table.ts';
import { runHead, runStory } from '../output/run-view.ts';
import { shortId } from '../output/short-id.ts';
import { reportRun } from '../report/run-report.ts';
import { connectServer } from '../server/connect-server.ts';
import { findRunId } from '../server/find-id.ts';
import { findStack } from '../server/find-stacks.ts';
import { followRun } from '../server/follow-run.ts';
import { parseCount } from '../server/parse-count.ts';
import { readPages } from '../server/read-pages.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';
import { planOfRun } from '../server/server-plans.ts';
import { codeOfRun } from '../stand-alone/apply-summary.ts';

interface ListFlags extends ServerFlags {
  readonly stack?: string;
  readonly open?: true;
  readonly limit: string;
}

interface ShowFlags extends ServerFlags {
  readonly follow?: true;
  readonly all?: true;
}

interface ResumeFlags extends ServerFlags {
  readonly repeat?: true;
  readonly done?: true;
}

export const run: CommandDefinition = {
  declare(command, start) {
    addServerFlags(command.command('list').description('List runs, the newest first.'))
      .option('-s, --stack <stack>', 'of one stack')
      .option('--open', 'only those that have not ended')
      .option('-n, --limit <n>', 'how many', '30')
      .action((flags: ListFlags) => start(flags, (cli) => listRuns(cli, flags)));
    addServerFlags(command.command('show').description('Show a run: its plan and its journal.'))
      .argument('<run>', 'its id, or the beginning of it')
      .option('-f, --follow', 'watch it until it ends or waits for somebody')
      .option('-a, --all', 'cut nothing of the plan')
      .action((id: string, flags: ShowFlags) => start(flags, (cli) => showRun(cli, id, flags)));
    addServerFlags(command.command('cancel').description('End a run after the step that it is at.'))
      .argument('<run>', 'its id, or the beginning of it')
      .action((id: string, flags: ServerFlags) => start(flags, (cli) => cancelRun(cli, id, flags)));
    addServerFlags(
      command.command('hold').description('Stop a run before its next step, until it is resumed.'),
    )
      .argument('<run>', 'its id, or the beginning of it')
      .action((id: string, flags: ServerFlags) => start(flags, (cli) => holdRun(cli, id, flags)));
    addServerFlags(command.command('resume').description('Let a run go on that is held.'))
      .argument('<run>', 'its id, or the beginning of it')
      .option('--repeat', 'what is in doubt is done again')
      .option('--done', 'what is in doubt is taken for done')
      .action((id: string, flags: ResumeFlags) => start(flags, (cli) => resumeRun(cli, id, flags)));
  },
};

async function listRuns(cli: Cli, { server, stack, open, limit }: ListFlags): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const most = parseCount('--limit', limit);
  const client = await connectServer(cli, server);
  const named = stack === undefined ? {} : { stack: (await findStack(client, stack)).id };
  const filter = { ...named, ...(open && { ended: false }) };
  const runs = await readPages((query) => client.runs({ query: { ...query, ...filter } }), most);
  printer.lines(runTable(runs, { width: printer.tableWidth, nowMs: surroundings.nowMs() }));
  await printer.document({ runs });
  return exitCodes.done;
}

async function showRun(
  cli: Cli,
  text: string,
  { server, follow, all }: ShowFlags,
): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const client = await connectServer(cli, server);
  const id = await findRunId(client, text);
  const found = follow
    ? await watchRun(cli, id, server)
    : await client.run({ params: { run: id } });
  const stack = await client.stack({ params: splitName(found.stack) });
  const plan = await planOfRun(client, found, stack);
  const [journal, approvals] = await Promise.all([
    client.journal({ params: { run: id } }),
    client.approvals({ params: { run: id } }),
  ]);
  const nowMs = surroundings.nowMs();
  const { width } = printer;
  printer.lines([
    ...runHead(found, { width, nowMs }),
    emptyLine,
    ...(plan ? [...planView([plan], { width, all: all === true, nowMs }), emptyLine] : []),
    ...runStory({ approvals: approvals.items, journal: journal.items }, nowMs),
  ]);
  const document = { run: found, plan, approvals: approvals.items, journal: journal.items };
  await printer.document(document);
  return codeOfRun(reportRun(found.stack, found));
}

async function watchRun(cli: Cli, id: string, server: string | undefined) {
  const client = await connectServer(cli, server);
  using progress = cli.openProgress();
  progress.phase(`Watching ${shortId(id)}`);
  const signal = cli.surroundings.interrupts.stop;
  return await followRun(id, { client, printer: cli.printer, progress, signal });
}

async function cancelRun(cli: Cli, text: string, { server }: ServerFlags): Promise<ExitCode> {
  const client = await connectServer(cli, server);
  const id = await findRunId(client, text);
  await client.cancel({ params: { run: id } });
  cli.printer.lines([line(`${shortId(id)}: it ends after the step that it is at.`)]);
  await cli.printer.document({ run: id });
  return exitCodes.done;
}

async function holdRun(cli: Cli, text: string, { server }: ServerFlags): Promise<ExitCode> {
  const client = await connectServer(cli, server);
  const id = await findRunId(client, text);
  await client.hold({ params: { run: id } });
  cli.printer.lines([line(`${shortId(id)}: it is held before its next step.`)]);
  await cli.printer.document({ run: id });
  return exitCodes.done;
}

async function resumeRun(cli: Cli, text: string, flags: ResumeFlags): Promise<ExitCode> {
  const client = await connectServer(cli, flags.server);
  const id = await findRunId(client, text);
  const doubt = flags.done ? 'done' : 'repeat';
  const body = flags.done || flags.repeat ? ({ doubt } as const) : {};
  await client.resume({ params: { run: id }, body });
  cli.printer.lines([line(`${shortId(id)}: it goes on.`)]);
  await cli.printer.document({ run: id });
  return exitCodes.done;
}

function splitName(name: string): { readonly repository: string; readonly stack: string } {
  const [repository = '', stack = ''] = name.split('/');
  return { repository, stack };
}
