import type { ForgeLink } from '@trueup/api';
import { Option } from 'commander';

import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { diagnosticLines } from '../output/diagnostic-lines.ts';
import { formatAge } from '../output/format-age.ts';
import { line, span } from '../output/line.ts';
import { table } from '../output/table.ts';
import { reportDiagnostic } from '../report/plan-report.ts';
import { connectServer } from '../server/connect-server.ts';
import { parseCount } from '../server/parse-count.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';
import { UsageError } from '../usage-error.ts';
import { declareHosting } from './repository-hosting.ts';
import { declareWebhooks } from './repository-webhooks.ts';

interface AddFlags extends ServerFlags {
  readonly name?: string;
  readonly branch: string;
  readonly credential?: string;
  readonly interval: string;
  readonly forge?: string;
  readonly forgePath?: string;
  readonly forgeUrl?: string;
  readonly forgeCredential?: string;
  readonly forgeWebhookSecret?: string;
}

export const repository: CommandDefinition = {
  declare(command, start) {
    addServerFlags(command.command('add').description('Follow a branch of a repository.'))
      .argument('[url]', 'https or ssh; none with --forge hosted')
      .option('--name <name>', 'the end of the URL if absent')
      .option('--branch <branch>', 'which one is followed', 'main')
      .option('--credential <secret>', 'name of the secret to fetch with')
      .option('--interval <seconds>', 'how often it is fetched without a hint', '60')
      .addOption(
        new Option('--forge <kind>', 'plan merge requests there; hosted is built in').choices(
          forgeKinds,
        ),
      )
      .option('--forge-path <path>', 'as the forge addresses it; the end of the URL if absent')
      .option('--forge-url <url>', "root of the forge's API, where it is not the public one")
      .option('--forge-credential <secret>', 'name of the secret with a token')
      .option(
        '--forge-webhook-secret <secret>',
        'name of the secret that webhooks are signed with; none are taken without it',
      )
      .action((url: string | undefined, flags: AddFlags) =>
        start(flags, (cli) => addOne(cli, url, flags)),
      );
    addServerFlags(command.command('list').description('List what is followed.')).action(
      (flags: ServerFlags) => start(flags, (cli) => listAll(cli, flags)),
    );
    addServerFlags(
      command.command('fetch').description('Fetch soon, without waiting for its time.'),
    )
      .argument('<name>', 'as it is registered')
      .action((name: string, flags: ServerFlags) =>
        start(flags, (cli) => fetchOne(cli, name, flags)),
      );
    addServerFlags(command.command('remove').description('Stop following; what was applied stays.'))
      .argument('<name>', 'as it is registered')
      .action((name: string, flags: ServerFlags) =>
        start(flags, (cli) => removeOne(cli, name, flags)),
      );
    declareHosting(command, start);
    declareWebhooks(command, start);
  },
};

async function addOne(cli: Cli, url: string | undefined, flags: AddFlags): Promise<ExitCode> {
  const source = url ?? flags.forgePath;
  if (source === undefined || (url === undefined && flags.forge !== 'hosted')) {
    throw new UsageError('Name a URL, or `--forge hosted --forge-path PATH`.');
  }
  const client = await connectServer(cli, flags.server);
  const { branch, credential, interval } = flags;
  const added = await client.addRepository({
    body: {
      name: flags.name ?? nameFrom(source),
      ...(url !== undefined && { url }),
      branch,
      intervalMs: parseCount('--interval', interval) * 1000,
      ...(credential !== undefined && { credential }),
      ...(flags.forge !== undefined && { forge: forgeOf(flags.forge, source, flags) }),
    },
  });
  cli.printer.lines([line(`${added.name}: branch ${added.branch} is followed.`, 'good')]);
  if (url === undefined) cli.printer.lines([line(`It lies at ${added.url}: push to it.`)]);
  cli.printer.note([
    line('`trueup status` shows its stacks, `trueup events` what happens.', 'dim'),
  ]);
  await cli.printer.document(added);
  return exitCodes.done;
}

const forgeKinds = ['hosted', 'gitea', 'github', 'gitlab'];

function forgeOf(kind: string, url: string, flags: AddFlags): ForgeLink {
  const { forgePath = pathFrom(url), forgeUrl, forgeCredential, forgeWebhookSecret } = flags;
  return {
    kind,
    path: forgePath,
    ...(forgeUrl !== undefined && { apiUrl: forgeUrl }),
    ...(forgeCredential !== undefined && { credential: forgeCredential }),
    ...(forgeWebhookSecret !== undefined && { webhookSecret: forgeWebhookSecret }),
  };
}

/** `https://git.example.com/team/shop.git` → `team/shop`; `git@example.com:team/shop` alike. */
export function pathFrom(url: string): string {
  const [, path = ''] = /^[a-z+]+:\/\/[^/]*\/(.*)$/i.exec(url) ?? /^[^/:]+:(.*)$/.exec(url) ?? [];
  return path.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
}

/** `https://git.example.com/team/shop.git` → `shop` */
export function nameFrom(url: string): string {
  const last = url.replace(/\/+$/, '').split(/[/:]/).at(-1) ?? '';
  return last.replace(/\.git$/, '');
}

async function listAll(cli: Cli, { server }: ServerFlags): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const client = await connectServer(cli, server);
  const { items } = await client.repositories();
  const nowMs = surroundings.nowMs();
  const columns = [
    { title: 'NAME' },
    { title: 'BRANCH' },
    { title: 'REVISION' },
    { title: 'FETCHED', align: 'right' },
    { title: 'URL', flexible: true },
  ] as const;
  const rows = items.map(({ name, branch, head, fetchedAt, url }) => [
    span(name, 'strong'),
    span(branch),
    span(head?.slice(0, 12) ?? 'none'),
    span(fetchedAt === undefined ? 'never' : formatAge(fetchedAt, nowMs), 'dim'),
    span(url, 'dim'),
  ]);
  const diagnostics = items.flatMap(({ name, diagnostics: own }) =>
    own.map((one) => reportDiagnostic({ ...one, repository: name })),
  );
  printer.lines(
    items.length === 0
      ? [line('None is followed. `trueup repository add URL` follows one.')]
      : table(columns, rows, printer.tableWidth),
  );
  printer.note(diagnosticLines(diagnostics, () => undefined));
  await printer.document({ repositories: items });
  return exitCodes.done;
}

async function fetchOne(cli: Cli, name: string, { server }: ServerFlags): Promise<ExitCode> {
  const client = await connectServer(cli, server);
  await client.hintRepository({ params: { repository: name } });
  cli.printer.lines([line(`${name}: it is fetched soon.`)]);
  await cli.printer.document({ repository: name });
  return exitCodes.done;
}

async function removeOne(cli: Cli, name: string, { server }: ServerFlags): Promise<ExitCode> {
  const client = await connectServer(cli, server);
  await client.removeRepository({ params: { repository: name } });
  cli.printer.lines([line(`${name}: it is no longer followed. What was applied stays.`)]);
  await cli.printer.document({ repository: name });
  return exitCodes.done;
}
