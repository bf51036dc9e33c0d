import type { ApiClient, Token } from '@trueup/api';

import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { formatAge } from '../output/format-age.ts';
import { line, type Span, span } from '../output/line.ts';
import { type Column, table } from '../output/table.ts';
import { connectServer } from '../server/connect-server.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';
import { UsageError } from '../usage-error.ts';

interface TokenFlags extends ServerFlags {
  readonly member?: string;
}

interface CreateFlags extends TokenFlags {
  readonly label: string;
  readonly for?: string;
}

export const token: CommandDefinition = {
  declare(command, start) {
    addMember(command.command('list').description('List tokens, never themselves.')).action(
      (flags: TokenFlags) => start(flags, (cli) => listTokens(cli, flags)),
    );
    addMember(command.command('create').description('Make a token. It is printed this once.'))
      .requiredOption('--label <text>', 'what it is for')
      .option(
        '--for <time>',
        'how long it is good, as 12h, 90d or 2w; until it is revoked if absent',
      )
      .action((flags: CreateFlags) => start(flags, (cli) => createToken(cli, flags)));
    addMember(command.command('revoke').description('Make a token useless.'))
      .argument('<id>', 'as `trueup token list` shows it')
      .action((id: string, flags: TokenFlags) =>
        start(flags, (cli) => revokeToken(cli, id, flags)),
      );
  },
};

function addMember(command: Parameters<typeof addServerFlags>[0]) {
  return addServerFlags(command).option('--member <name>', 'whose; yours if absent');
}

const columns: readonly Column[] = [
  { title: 'TOKEN' },
  { title: 'FOR', flexible: true },
  { title: 'MADE', align: 'right' },
  { title: 'STATE', flexible: true },
];

async function listTokens(cli: Cli, { server, member }: TokenFlags): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const client = await connectServer(cli, server);
  const { items } = await client.tokens({ params: { member: await nameOf(client, member) } });
  const nowMs = surroundings.nowMs();
  const rows = items.map((one) => [
    span(one.id),
    span(one.label, 'strong'),
    span(formatAge(one.createdAt, nowMs), 'dim'),
    stateOf(one, nowMs),
  ]);
  printer.lines(
    rows.length === 0 ? [line('There are no tokens.')] : table(columns, rows, printer.tableWidth),
  );
  await printer.document({ tokens: items });
  return exitCodes.done;
}

function stateOf({ revokedAt, expiresAt }: Token, nowMs: number): Span {
  if (revokedAt !== undefined) return span(`revoked ${formatAge(revokedAt, nowMs)}`, 'dim');
  if (expiresAt === undefined) return span('good');
  if (Date.parse(expiresAt) <= nowMs) return span(`expired ${formatAge(expiresAt, nowMs)}`, 'dim');
  return span(`good until ${expiresAt.slice(0, 10)}`);
}

/** The token alone goes to standard output, so that it can be piped to where it is kept. */
async function createToken(cli: Cli, flags: CreateFlags): Promise<ExitCode> {
  const { printer } = cli;
  const expiresInMs = flags.for === undefined ? undefined : parseTime(flags.for);
  const client = await connectServer(cli, flags.server);
  const member = await nameOf(client, flags.member);
  const body = { label: flags.label, ...(expiresInMs !== undefined && { expiresInMs }) };
  const made = await client.createToken({ params: { member }, body });
  printer.note([line(`A token of ${member}. It is shown this once:`, 'dim')]);
  printer.lines([line(made.token)]);
  await printer.document(made);
  return exitCodes.done;
}

async function revokeToken(cli: Cli, id: string, flags: TokenFlags): Promise<ExitCode> {
  const client = await connectServer(cli, flags.server);
  const member = await nameOf(client, flags.member);
  await client.revokeToken({ params: { member, token: id } });
  cli.printer.lines([line(`${id}: it is revoked.`)]);
  await cli.printer.document({ member, token: id });
  return exitCodes.done;
}

async function nameOf(client: ApiClient, member: string | undefined): Promise<string> {
  if (member !== undefined) return member;
  const actor = await client.actor();
  if (actor.kind === 'member') return actor.name;
  throw new UsageError('No member asks here. Say by --member whose token is meant.');
}

const unitMs: Readonly<Record<string, number>> = {
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** `12h`, `90d`, `2w`. @throws UsageError */
export function parseTime(text: string): number {
  const [, digits = '', unit = ''] = /^([1-9]\d{0,4})([hdw])$/.exec(text) ?? [];
  const ms = Number(digits) * (unitMs[unit] ?? 0);
  if (ms > 0) return ms;
  throw new UsageError(`--for ${text}: write a time as 12h, 90d or 2w.`);
}
