import type { ApiClient, AuditEntry } from '@trueup/api';
import type { AuditCheck } from '@trueup/control-plane';
import { formatJson } from '@trueup/diagnostics';

import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { type Line, line, span } from '../output/line.ts';
import { type Column, table } from '../output/table.ts';
import { connectServer } from '../server/connect-server.ts';
import { parseCount } from '../server/parse-count.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';

interface AuditFlags extends ServerFlags {
  readonly limit: string;
  readonly verify?: boolean;
}

export const audit: CommandDefinition = {
  declare(command, start) {
    addServerFlags(command)
      .option('-n, --limit <n>', 'how many lines, the newest ones', '50')
      .option('--verify', 'check that no line was changed, taken out or put in; 1 if one was')
      .action((flags: AuditFlags) =>
        start(flags, (cli) => (flags.verify ? verifyAudit(cli, flags) : printAudit(cli, flags))),
      );
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

/** The lines are checked here: a server would say of itself whatever it is told to say. */
async function verifyAudit(cli: Cli, { server }: AuditFlags): Promise<ExitCode> {
  const { printer } = cli;
  const client = await connectServer(cli, server);
  const { checkAudit } = await import('@trueup/control-plane');
  const check = await checkAudit(
    (query) => client.audit({ query }),
    cli.surroundings.interrupts.stop,
  );
  printer.lines(describeCheck(check));
  await printer.document({ whole: check.brokenAt === undefined, ...check });
  return check.brokenAt === undefined ? exitCodes.done : exitCodes.failed;
}

function describeCheck({ checked, from, trimmedBy, newest, brokenAt }: AuditCheck): Line[] {
  if (from === undefined || !newest) return [line('The audit chain has no lines.')];
  const range = `${checked} lines, ${from} to ${newest.sequence}`;
  const trimmed =
    trimmedBy === undefined
      ? []
      : [line(`Lines up to ${from - 1} were removed by retention, as line ${trimmedBy} says.`)];
  if (brokenAt !== undefined) {
    const said = `${range}: line ${brokenAt} does not fit to the one before it. `;
    const why = 'One of them was changed, or lines were taken out or put in.';
    return [[span(said, 'bad'), span(why)], ...trimmed];
  }
  const rest = 'A chain that is cut off at its end does not show: keep the newest link elsewhere.';
  return [
    line(`${range}: each fits to the one before it.`, 'good'),
    ...trimmed,
    line(`Line ${newest.sequence} has the link ${newest.link}.`),
    line(rest, 'dim'),
  ];
}
