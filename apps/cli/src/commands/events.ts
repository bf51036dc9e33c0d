import type { ApiClient } from '@trueup/api';

import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { eventLine } from '../output/event-line.ts';
import { cutLine } from '../output/paint.ts';
import { connectServer } from '../server/connect-server.ts';
import { findStacks } from '../server/find-stacks.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';
import { collect } from '../stand-alone/folder-flags.ts';
import { UsageError } from '../usage-error.ts';

interface EventsFlags extends ServerFlags {
  readonly stack?: readonly string[];
  readonly after?: string;
}

export const events: CommandDefinition = {
  declare(command, start) {
    addServerFlags(command)
      .option('-s, --stack <stack>', 'only about this one; * matches; repeatable', collect)
      .option('--after <n>', 'also what came after that number; 0 for all that is kept')
      .addHelpText('after', '\nIt goes on until Ctrl-C. `-o json` prints one event a line.')
      .action((flags: EventsFlags) => start(flags, (cli) => followEvents(cli, flags)));
  },
};

async function followEvents(cli: Cli, flags: EventsFlags): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const after = flags.after === undefined ? undefined : parsePlace(flags.after);
  const client = await connectServer(cli, flags.server);
  const wanted = await stacksOf(client, flags.stack);
  // Where nobody reads any more, nobody waits either.
  const signal = AbortSignal.any([surroundings.interrupts.stop, surroundings.output.closed]);
  using progress = cli.openProgress();
  progress.phase('Waiting for events');
  const query = after === undefined ? {} : { after };
  for await (const event of client.events({ query, signal })) {
    if (wanted && !(event.stack && wanted.has(event.stack))) continue;
    progress.above(() => printer.lines([cutLine(eventLine(event), printer.tableWidth)]));
    await printer.item(event);
  }
  return exitCodes.done;
}

/** Asks the server in any case: the stream itself would wait for one that does not answer. */
async function stacksOf(
  client: ApiClient,
  names: readonly string[] | undefined,
): Promise<ReadonlySet<string> | undefined> {
  const stacks = await findStacks(client, names);
  return names && new Set(stacks.map(({ id }) => id));
}

function parsePlace(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`--after ${text}: write the number of an event, as -o json shows it.`);
}
