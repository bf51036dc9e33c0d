import type { LinkRedemption } from '@trueup/api';

import type { Cli, CommandDefinition, CommonFlags } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { line } from '../output/line.ts';
import { clientOf, parseServerUrl } from '../server/connect-server.ts';
import { loginFile, openLoginPlace, removeLogin } from '../server/login-file.ts';
import { nameOfActor } from '../server/name-of-actor.ts';
import { addOutputFlag } from '../stand-alone/folder-flags.ts';
import { UsageError } from '../usage-error.ts';

interface LoginFlags extends CommonFlags {
  readonly member?: string;
  readonly logout?: true;
}

export const login: CommandDefinition = {
  declare(command, start) {
    addOutputFlag(command)
      .argument('[url]', 'of the server; or a link that makes the first administrator')
      .option('--member <name>', 'what the first administrator is called')
      .option('--logout', 'forget the server and the token')
      .addHelpText(
        'after',
        '\nThe token is asked for, or read from standard input; TRUEUP_TOKEN wins over it.',
      )
      .action((url: string | undefined, flags: LoginFlags) =>
        start(flags, (cli) => logIn(cli, url, flags)),
      );
  },
};

async function logIn(cli: Cli, url: string | undefined, flags: LoginFlags): Promise<ExitCode> {
  const { surroundings, printer } = cli;
  const file = loginFile(surroundings.environment);
  if (flags.logout) {
    await removeLogin(file);
    printer.lines([line('Logged out. Tokens stay good until they are revoked or expire.')]);
    await printer.document({});
    return exitCodes.done;
  }
  if (url === undefined)
    throw new UsageError('login: name the server, as https://trueup.example.com.');
  const link = /^(.*)\/welcome#(.+)$/.exec(url);
  const address = parseServerUrl(link?.[1] ?? url);
  await using place = await openLoginPlace(file);
  const token = link?.[2]
    ? await redeem(cli, address, { link: link[2], member: await readMember(cli, flags.member) })
    : await readToken(cli);
  // Nobody gets the token of a link again. Any other one is tried before it takes the place of the last.
  if (link) await place.keep({ url: address, token });
  const client = await clientOf(cli, { baseUrl: address, token });
  const actor = await client.actor();
  if (!link) await place.keep({ url: address, token });
  printer.lines([line(`Logged in to ${address} as ${nameOfActor(actor)}.`, 'good')]);
  await printer.document({ server: address, actor });
  return exitCodes.done;
}

/** A one-time link becomes a token of the member that it makes. */
async function redeem(cli: Cli, baseUrl: string, body: LinkRedemption): Promise<string> {
  const client = await clientOf(cli, { baseUrl });
  const { token } = await client.redeemLink({ body });
  return token;
}

async function readMember({ surroundings }: Cli, flag: string | undefined): Promise<string> {
  const { ask, interrupts } = surroundings;
  const typed = flag ?? (await ask?.('What are you called? ', interrupts.stop)) ?? '';
  const member = typed.trim();
  if (member !== '') return member;
  throw new UsageError('login: say by --member what the first administrator is called.');
}

async function readToken({ surroundings }: Cli): Promise<string> {
  const { askSecret, readInput, interrupts, environment } = surroundings;
  const { TRUEUP_TOKEN: own } = environment;
  const given = own ? own : undefined;
  const typed =
    given ?? (askSecret ? await askSecret('Token: ', interrupts.stop) : await readInput());
  const token = typed.trim();
  if (token === '')
    throw new UsageError('login: there is no token. `trueup login --help` says how to give it.');
  return token;
}
