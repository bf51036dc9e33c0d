import type { Grant, Member, MemberSettings, Role } from '@trueup/api';

import { didYouMean } from '../closest.ts';
import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { formatAge } from '../output/format-age.ts';
import { line, span } from '../output/line.ts';
import { type Column, table } from '../output/table.ts';
import { connectServer } from '../server/connect-server.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';
import { collect } from '../stand-alone/folder-flags.ts';
import { UsageError } from '../usage-error.ts';

interface SetFlags extends ServerFlags {
  readonly role?: readonly string[];
  readonly group?: readonly string[];
  readonly email?: readonly string[];
  readonly identity?: readonly string[];
}

/** Each one may what the one before it may. */
const roles: readonly Role[] = [
  'viewer',
  'developer',
  'approver',
  'operator',
  'admin',
  'emergency',
];

export const member: CommandDefinition = {
  declare(command, start) {
    addServerFlags(
      command.command('list').description('List members, and what they may do.'),
    ).action((flags: ServerFlags) => start(flags, (cli) => listMembers(cli, flags)));
    addServerFlags(
      command
        .command('set')
        .description('Make a member, or change what it may do. What no flag names stays.'),
    )
      .argument('<name>', 'of the member')
      .option(
        '--role <role>',
        `${roles.join(', ')}; ROLE:REPOSITORY for one repository only; repeatable`,
        collect,
      )
      .option('--group <name>', 'what rules may ask approvals from; repeatable', collect)
      .option('--email <address>', 'what its commits bear; repeatable', collect)
      .option(
        '--identity <account>',
        'its account on a forge, by which it approves there: gitea:42; repeatable',
        collect,
      )
      .action((name: string, flags: SetFlags) =>
        start(flags, (cli) => setMember(cli, name, flags)),
      );
    addServerFlags(command.command('remove').description('Remove a member, and revoke its tokens.'))
      .argument('<name>', 'of the member')
      .action((name: string, flags: ServerFlags) =>
        start(flags, (cli) => removeMember(cli, name, flags)),
      );
  },
};

const columns: readonly Column[] = [
  { title: 'MEMBER', flexible: true },
  { title: 'ROLES', flexible: true },
  { title: 'GROUPS', flexible: true },
  { title: 'EMAILS', flexible: true },
  { title: 'ACCOUNTS', flexible: true },
  { title: 'SINCE', align: 'right' },
];

async function listMembers(cli: Cli, { server }: ServerFlags): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const client = await connectServer(cli, server);
  const { items } = await client.members();
  const rows = items.map(({ name, grants, groups, emails, identities = [], createdAt }) => [
    span(name, 'strong'),
    span(grants.length === 0 ? 'none' : grants.map(formatGrant).join(', ')),
    span(groups.join(', ')),
    span(emails.join(', '), 'dim'),
    span(identities.join(', '), 'dim'),
    span(formatAge(createdAt, surroundings.nowMs()), 'dim'),
  ]);
  printer.lines(table(columns, rows, printer.tableWidth));
  await printer.document({ members: items });
  return exitCodes.done;
}

async function setMember(cli: Cli, name: string, flags: SetFlags): Promise<ExitCode> {
  const grants = flags.role?.map(parseGrant);
  const client = await connectServer(cli, flags.server);
  const known = (await client.members()).items.find((one) => one.name === name);
  if (!known && !grants) {
    throw new UsageError(`${name}: there is no such member yet. Say by --role what it may do.`);
  }
  const body = settingsOf(known, { ...flags, grants });
  const made = await client.putMember({ params: { member: name }, body });
  const may = made.grants.map(formatGrant).join(', ');
  const { printer } = cli;
  printer.lines([line(`${name}: ${may === '' ? 'no roles' : may}.`, 'good')]);
  if (!known) {
    printer.note([
      line(`Its first token: \`trueup token create --member ${name} --label WHAT-FOR\`.`, 'dim'),
    ]);
  }
  await printer.document(made);
  return exitCodes.done;
}

function settingsOf(
  known: Member | undefined,
  {
    grants,
    group,
    email,
    identity,
  }: Omit<SetFlags, 'role'> & { readonly grants: readonly Grant[] | undefined },
): MemberSettings {
  return {
    grants: grants ?? known?.grants ?? [],
    groups: group ?? known?.groups ?? [],
    emails: email ?? known?.emails ?? [],
    identities: identity ?? known?.identities ?? [],
  };
}

/** @throws UsageError */
export function parseGrant(text: string): Grant {
  const [word = '', repository, ...more] = text.split(':');
  const role = roles.find((one) => one === word);
  if (!role || more.length > 0 || repository === '') {
    const hint = didYouMean(word, roles);
    throw new UsageError(`--role ${text}: write one of ${roles.join(', ')}.${hint}`);
  }
  return { role, ...(repository !== undefined && { repository }) };
}

/** As `parseGrant` reads it. */
function formatGrant({ role, repository }: Grant): string {
  return repository === undefined ? role : `${role}:${repository}`;
}

async function removeMember(cli: Cli, name: string, { server }: ServerFlags): Promise<ExitCode> {
  const client = await connectServer(cli, server);
  await client.removeMember({ params: { member: name } });
  cli.printer.lines([line(`${name}: it is removed, and its tokens are revoked.`)]);
  await cli.printer.document({ member: name });
  return exitCodes.done;
}
