import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { runTable } from '../output/run-table.ts';
import { connectServer } from '../server/connect-server.ts';
import { findStack } from '../server/find-stacks.ts';
import { parseCount } from '../server/parse-count.ts';
import { readPages } from '../server/read-pages.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';

interface HistoryFlags extends ServerFlags {
  readonly limit: string;
}

export const history: CommandDefinition = {
  declare(command, start) {
    addServerFlags(command)
      .argument('<stack>', 'repository/stack')
      .option('-n, --limit <n>', 'how many runs, the newest first', '20')
      .action((stack: string, flags: HistoryFlags) =>
        start(flags, (cli) => showHistory(cli, stack, flags)),
      );
  },
};

async function showHistory(cli: Cli, name: string, flags: HistoryFlags): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const limit = parseCount('--limit', flags.limit);
  const client = await connectServer(cli, flags.server);
  const stack = await findStack(client, name);
  const runs = await readPages(
    (query) => client.runs({ query: { ...query, stack: stack.id } }),
    limit,
  );
  printer.lines(runTable(runs, { width: printer.tableWidth, nowMs: surroundings.nowMs() }));
  await printer.document({ runs });
  return exitCodes.done;
}
