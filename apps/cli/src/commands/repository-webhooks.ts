/** What the built-in forge tells others about a repository. */
import type { WebhookDelivery, WebhookEvent } from '@trueup/api';
import { Option } from 'commander';

import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { formatAge } from '../output/format-age.ts';
import { emptyLine, type Line, line, span, type Tone } from '../output/line.ts';
import { table } from '../output/table.ts';
import { connectServer } from '../server/connect-server.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';
import { collect } from '../stand-alone/folder-flags.ts';
import { UsageError } from '../usage-error.ts';

interface HookFlags extends ServerFlags {
  readonly secret: string;
  readonly event?: readonly string[];
}

const events: readonly WebhookEvent[] = ['push', 'merge-request', 'comment', 'review', 'check'];

export const declareWebhooks: CommandDefinition['declare'] = (command, start) => {
  addServerFlags(command.command('hook').description('Have events sent to an address, signed.'))
    .argument('<name>', 'as it is registered')
    .argument('<url>', 'https')
    .addOption(
      new Option('--secret <secret>', 'name of the secret that signs').makeOptionMandatory(),
    )
    .option('--event <event>', `${events.join(', ')}; push and merge-request if absent`, collect)
    .action((name: string, url: string, flags: HookFlags) =>
      start(flags, (cli) => add(cli, { name, url }, flags)),
    );
  addServerFlags(command.command('hooks').description('List them, and what was sent or waits.'))
    .argument('<name>', 'as it is registered')
    .action((name: string, flags: ServerFlags) => start(flags, (cli) => list(cli, name, flags)));
  addServerFlags(command.command('unhook').description('Have nothing sent there any more.'))
    .argument('<name>', 'as it is registered')
    .argument('<id>', 'as `trueup repository hooks` shows it')
    .action((name: string, id: string, flags: ServerFlags) =>
      start(flags, (cli) => remove(cli, { name, id }, flags)),
    );
  addServerFlags(command.command('resend').description('Send an event again.'))
    .argument('<name>', 'as it is registered')
    .argument('<id>', 'as `trueup repository hooks` shows it')
    .action((name: string, id: string, flags: ServerFlags) =>
      start(flags, (cli) => resend(cli, { name, id }, flags)),
    );
};

async function add(
  cli: Cli,
  { name, url }: { readonly name: string; readonly url: string },
  { server, secret, event = ['push', 'merge-request'] }: HookFlags,
): Promise<ExitCode> {
  const wanted = events.filter((one) => event.includes(one));
  const unknown = event.find((one) => !events.some((known) => known === one));
  if (unknown !== undefined) throw new UsageError(`--event ${unknown}: ${events.join(', ')}.`);
  const client = await connectServer(cli, server);
  const body = { url, secret, events: wanted };
  const added = await client.addWebhook({ params: { repository: name }, body });
  cli.printer.lines([line(`${name}: ${wanted.join(', ')} are sent there.`, 'good')]);
  await cli.printer.document(added);
  return exitCodes.done;
}

const tones: Readonly<Record<WebhookDelivery['state'], Tone>> = {
  pending: 'warn',
  sent: 'good',
  failed: 'bad',
};

async function list(cli: Cli, repository: string, { server }: ServerFlags): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const client = await connectServer(cli, server);
  const params = { repository };
  const { items: hooks } = await client.webhooks({ params });
  const { items: deliveries } = await client.webhookDeliveries({ params, query: { limit: 50 } });
  const nowMs = surroundings.nowMs();
  const width = printer.tableWidth;
  const sent = deliveries.map(({ id, event, state, attempts, createdAt, failure }) => [
    span(id),
    span(event),
    span(state, tones[state]),
    span(String(attempts)),
    span(formatAge(createdAt, nowMs), 'dim'),
    span(failure?.message ?? '', 'dim'),
  ]);
  const shown: readonly Line[] = [
    ...table(
      [{ title: 'WEBHOOK' }, { title: 'EVENTS', flexible: true }, { title: 'URL', flexible: true }],
      hooks.map(({ id, events: kinds, url }) => [span(id), span(kinds.join(', ')), span(url)]),
      width,
    ),
    ...(sent.length > 0 ? [emptyLine, ...table(columns, sent, width)] : []),
  ];
  printer.lines(hooks.length === 0 && sent.length === 0 ? [line('Nothing is sent.')] : shown);
  await printer.document({ webhooks: hooks, deliveries });
  return exitCodes.done;
}

const columns = [
  { title: 'DELIVERY' },
  { title: 'EVENT' },
  { title: 'STATE' },
  { title: 'TRIED', align: 'right' },
  { title: 'MADE', align: 'right' },
  { title: 'WHY', flexible: true },
] as const;

interface Named {
  readonly name: string;
  readonly id: string;
}

async function remove(cli: Cli, { name, id }: Named, { server }: ServerFlags): Promise<ExitCode> {
  const client = await connectServer(cli, server);
  await client.removeWebhook({ params: { repository: name, webhook: id } });
  cli.printer.lines([line(`${name}: nothing is sent there any more.`)]);
  await cli.printer.document({ repository: name, webhook: id });
  return exitCodes.done;
}

async function resend(cli: Cli, { name, id }: Named, { server }: ServerFlags): Promise<ExitCode> {
  const client = await connectServer(cli, server);
  const params = { repository: name, delivery: id };
  const delivery = await client.retryWebhookDelivery({ params });
  cli.printer.lines([line(`${name}: it is sent soon.`)]);
  await cli.printer.document(delivery);
  return exitCodes.done;
}
