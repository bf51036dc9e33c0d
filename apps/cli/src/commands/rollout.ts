import type { Rollout, RolloutStack } from '@trueup/api';

import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { formatAge } from '../output/format-age.ts';
import { emptyLine, line, type Span, span, type Tone } from '../output/line.ts';
import { shortId } from '../output/short-id.ts';
import { type Column, table } from '../output/table.ts';
import { connectServer } from '../server/connect-server.ts';
import { findRolloutId } from '../server/find-id.ts';
import { parseCount } from '../server/parse-count.ts';
import { readPages } from '../server/read-pages.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';

interface ListFlags extends ServerFlags {
  readonly limit: string;
}

export const rollout: CommandDefinition = {
  declare(command, start) {
    addServerFlags(command.command('list').description('List rollouts, the newest first.'))
      .option('-n, --limit <n>', 'how many', '20')
      .action((flags: ListFlags) => start(flags, (cli) => listRollouts(cli, flags)));
    addServerFlags(command.command('show').description('Show the stacks of a rollout.'))
      .argument('<rollout>', 'its id, or the beginning of it')
      .action((id: string, flags: ServerFlags) =>
        start(flags, (cli) => showRollout(cli, id, flags)),
      );
  },
};

const tones: Readonly<Record<Rollout['phase'] | RolloutStack['state']['name'], Tone>> = {
  waiting: 'dim',
  running: 'accent',
  succeeded: 'good',
  partly: 'warn',
  failed: 'bad',
  cancelled: 'warn',
  skipped: 'warn',
};

const listColumns: readonly Column[] = [
  { title: 'ROLLOUT' },
  { title: 'REPOSITORY', flexible: true },
  { title: 'REVISION', spare: true },
  { title: 'WHEN', align: 'right' },
  { title: 'STACKS', align: 'right' },
  { title: 'PHASE' },
];

async function listRollouts(cli: Cli, { server, limit }: ListFlags): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const most = parseCount('--limit', limit);
  const client = await connectServer(cli, server);
  const rollouts = await readPages((query) => client.rollouts({ query }), most);
  const rows = rollouts.map((one) => listRow(one, surroundings.nowMs()));
  printer.lines(
    rows.length === 0
      ? [line('There are no rollouts.')]
      : table(listColumns, rows, printer.tableWidth),
  );
  await printer.document({ rollouts });
  return exitCodes.done;
}

function listRow(one: Rollout, nowMs: number): readonly Span[] {
  const states = Object.values(one.stacks).map(({ state }) => state.name);
  const done = states.filter((name) => name === 'succeeded').length;
  return [
    span(shortId(one.id)),
    span(repositoryOf(one), 'strong'),
    span(one.revision.slice(0, 12)),
    span(formatAge(one.createdAt, nowMs), 'dim'),
    span(`${done}/${states.length}`),
    span(one.phase, tones[one.phase]),
  ];
}

/** Its name, which stands before those of its stacks. */
function repositoryOf({ stacks }: Rollout): string {
  return Object.keys(stacks)[0]?.split('/')[0] ?? '';
}

const stackColumns: readonly Column[] = [
  { title: 'STACK', flexible: true },
  { title: 'STATE' },
  { title: 'RUN' },
  { title: 'AFTER', flexible: true },
];

async function showRollout(cli: Cli, text: string, { server }: ServerFlags): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const client = await connectServer(cli, server);
  const id = await findRolloutId(client, text);
  const found = await client.rollout({ params: { rollout: id } });
  const rows = Object.entries(found.stacks).map(([name, { after, state }]) => [
    span(name, 'strong'),
    span(state.name === 'skipped' ? `skipped: ${state.because}` : state.name, tones[state.name]),
    span('run' in state && state.run !== undefined ? state.run : ''),
    span(after.join(', '), 'dim'),
  ]);
  printer.lines([
    ...table(listColumns, [listRow(found, surroundings.nowMs())], printer.tableWidth),
    emptyLine,
    ...table(stackColumns, rows, printer.tableWidth),
  ]);
  await printer.document(found);
  return ['failed', 'partly'].includes(found.phase) ? exitCodes.failed : exitCodes.done;
}
