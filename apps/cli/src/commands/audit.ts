import type { ApiClient, AuditEntry } from '@trueup/api';
import { formatJson } from '@trueup/diagnostics';

import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { line, span } from '../output/line.ts';
import { type Column, table } from '../output/table.ts';
import { connectServer } from '../server/connect-server.ts';
import { parseCount } from '../server/parse-count.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';

interface AuditFlags extends ServerFlags {
  readonly limit: string;
}

export const audit: CommandDefinition = {
  declare(command, start) {
    addServerFlags(command)
      .option('-n, --limit <n>', 'how many lines, the newest ones', '50')
      .action((flags: AuditFlags) => start(flags, (cli) => printAudit(cli, flags)));
  },
};

const columns: readonly Column[] = [
  { title: 'LINE', align: 'right' },
  { title: 'WHEN' },
  { title: 'WHO', flexible: true },
  { title: 'WHAT' },
  { title: 'ABOUT', flexible: true },
  { title: '', flexible: true },
];

async function printAudit(cli: Cli, { server, limit }: AuditFlags): Promise<ExitCode> {
  const { printer } = cli;
  const most = parseCount('--limit', limit);
  const client = await connectServer(cli, server);
  const entries = await readNewest(client, most);
  const rows = entries.map(({ sequence, at, actor, event, subject, detail }) => [
    span(String(sequence), 'dim'),
    span(at.replace(/\.\d+Z$/, 'Z'), 'dim'),
    span(actor, 'strong'),
    span(event, 'accent'),
    span(subject),
    span(Object.keys(detail).length === 0 ? '' : formatJson(detail), 'dim'),
  ]);
  printer.lines(
    rows.length === 0 ? [line('Nothing was done yet.')] : table(columns, rows, printer.tableWidth),
  );
  await printer.document({ entries });
  return exitCodes.done;
}

/** The chain is read from its beginning; of what passes, the end is kept. */
async function readNewest(client: ApiClient, most: number): Promise<readonly AuditEntry[]> {
  let kept: readonly AuditEntry[] = [];
  let after: string | undefined;
  do {
    const query = { limit: 1000, ...(after !== undefined && { after }) };
    const page = await client.audit({ query });
    kept = [...kept, ...page.items].slice(-most);
    after = page.next;
  } while (after !== undefined);
  return kept;
}
