import { stripVTControlCharacters } from 'node:util';

import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { line, span } from '../output/line.ts';
import { connectServer } from '../server/connect-server.ts';
import { findLogs, type LoggedResource, readLog } from '../server/read-logs.ts';
import { addServerFlag, type ServerFlags } from '../server/server-flags.ts';
import { collect } from '../stand-alone/folder-flags.ts';
import { UsageError } from '../usage-error.ts';

interface LogsFlags extends ServerFlags {
  readonly stack?: readonly string[];
  readonly stream?: string;
  readonly follow?: true;
  readonly lines: string;
}

export const logs: CommandDefinition = {
  declare(command, start) {
    addServerFlag(command)
      .argument('<resource>', 'deployment/web, pod/web-7d9c; of what brought others about: theirs')
      .option('-s, --stack <stack>', 'only of this one; * matches; repeatable', collect)
      .option('--stream <name>', 'which one, where there are several: a container of a pod')
      .option('-f, --follow', 'go on with what is written from now on, until Ctrl-C')
      .option('-n, --lines <n>', 'how many of the newest lines', '100')
      .action((resource: string, flags: LogsFlags) =>
        start(flags, (cli) => printLogs(cli, resource, flags)),
      );
  },
};

async function printLogs(cli: Cli, resource: string, flags: LogsFlags): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const tailLines = parseLines(flags.lines);
  const client = await connectServer(cli, flags.server);
  const found = await findLogs(client, resource, flags.stack);
  // Where nobody reads any more, nobody waits either.
  const signal = AbortSignal.any([surroundings.interrupts.stop, surroundings.output.closed]);
  const request = {
    tailLines,
    follow: flags.follow === true,
    ...(flags.stream !== undefined && { stream: flags.stream }),
  };
  const print = (one: LoggedResource, text: string): void => {
    const whose = found.length > 1 ? [span(`${one.name}  `, 'dim')] : [];
    printer.lines([[...whose, span(withoutColours(text))]]);
  };
  const read = found.map((one) =>
    readLog(client, one, { request, signal, onLine: (text) => print(one, text) }),
  );
  const had = await Promise.all(read);
  if (!had.includes(true)) printer.note([line('Nothing was written there.', 'dim')]);
  return exitCodes.done;
}

/** Colours of programs are theirs; everything else that moves a terminal is made harmless later. */
export function withoutColours(text: string): string {
  return stripVTControlCharacters(text).replaceAll('\t', '    ').replace(/\r$/, '');
}

function parseLines(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 10_000) return Number(text);
  throw new UsageError(`--lines ${text}: write a number up to 10000.`);
}
