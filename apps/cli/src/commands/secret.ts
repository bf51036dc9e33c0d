import type { SecretUse } from '@trueup/api';

import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { formatAge } from '../output/format-age.ts';
import { line, span } from '../output/line.ts';
import { table } from '../output/table.ts';
import { connectServer } from '../server/connect-server.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';
import { collect } from '../stand-alone/folder-flags.ts';
import { UsageError } from '../usage-error.ts';

interface SetFlags extends ServerFlags {
  readonly for?: readonly string[];
}

export const secret: CommandDefinition = {
  declare(command, start) {
    addServerFlags(
      command
        .command('set')
        .description('Keep a secret; its value is asked for, or read from standard input.'),
    )
      .argument('<name>', 'what trueup.yaml calls it')
      .option(
        '--for <use>',
        'repository:NAME, target:REPOSITORY/NAME, host:NAME or alert:REPOSITORY; repeatable',
        collect,
      )
      .action((name: string, flags: SetFlags) => start(flags, (cli) => setOne(cli, name, flags)));
    addServerFlags(command.command('list').description('List secrets, never their values.')).action(
      (flags: ServerFlags) => start(flags, (cli) => listAll(cli, flags)),
    );
    addServerFlags(command.command('remove').description('Forget a secret.'))
      .argument('<name>', 'as it is kept')
      .action((name: string, flags: ServerFlags) =>
        start(flags, (cli) => removeOne(cli, name, flags)),
      );
  },
};

/** Never as an argument: those are seen by everybody on the machine, and kept by shells. */
async function setOne(cli: Cli, name: string, flags: SetFlags): Promise<ExitCode> {
  const uses = (flags.for ?? []).map(parseUse);
  if (uses.length === 0) {
    throw new UsageError(`${name}: say by --for what it may be used for.`);
  }
  const client = await connectServer(cli, flags.server);
  const value = await readValue(cli, name);
  await client.putSecret({ params: { secret: name }, body: { value, uses } });
  cli.printer.lines([line(`${name}: it is kept.`, 'good')]);
  await cli.printer.document({ name, uses });
  return exitCodes.done;
}

/** Asked for at a terminal, without echo; else all that comes in, but for the end of its last line. */
async function readValue({ surroundings }: Cli, name: string): Promise<string> {
  const { askSecret, readInput, interrupts } = surroundings;
  const given = askSecret
    ? await askSecret(`Value of ${name}: `, interrupts.stop)
    : await readInput();
  const value = given.replace(/\r?\n$/, '');
  if (value === '') throw new UsageError(`${name}: there is no value.`);
  return value;
}

export function parseUse(text: string): SecretUse {
  const [, kind, rest = ''] = /^(repository|target|host|alert):(.+)$/.exec(text) ?? [];
  if (kind === 'repository' || kind === 'host' || kind === 'alert') return { kind, name: rest };
  const [repository = '', name = '', ...more] = rest.split('/');
  if (kind === 'target' && repository !== '' && name !== '' && more.length === 0) {
    return { kind, repository, name };
  }
  throw new UsageError(
    `--for ${text}: write repository:NAME, target:REPOSITORY/NAME, host:NAME or alert:REPOSITORY.`,
  );
}

async function listAll(cli: Cli, { server }: ServerFlags): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const client = await connectServer(cli, server);
  const { items } = await client.secrets();
  const columns = [
    { title: 'NAME' },
    { title: 'SET', align: 'right' },
    { title: 'MAY BE USED FOR', flexible: true },
  ] as const;
  const rows = items.map(({ name, uses, updatedAt }) => [
    span(name, 'strong'),
    span(formatAge(updatedAt, surroundings.nowMs()), 'dim'),
    span(uses.map(formatUse).join(', ')),
  ]);
  printer.lines(
    items.length === 0
      ? [line('There are no secrets. `trueup secret set NAME` keeps one.')]
      : table(columns, rows, printer.tableWidth),
  );
  await printer.document({ secrets: items });
  return exitCodes.done;
}

function formatUse(use: SecretUse): string {
  return use.kind === 'target' ? `target:${use.repository}/${use.name}` : `${use.kind}:${use.name}`;
}

async function removeOne(cli: Cli, name: string, { server }: ServerFlags): Promise<ExitCode> {
  const client = await connectServer(cli, server);
  await client.removeSecret({ params: { secret: name } });
  cli.printer.lines([line(`${name}: it is forgotten.`)]);
  await cli.printer.document({ name });
  return exitCodes.done;
}
