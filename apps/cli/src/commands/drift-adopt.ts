import type { ApiClient, StackView } from '@trueup/api';
import type { Command } from 'commander';

import type { Cli, Start } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { adoptionView } from '../output/adoption-view.ts';
import { line } from '../output/line.ts';
import { plainLines } from '../output/plain-text.ts';
import { connectServer } from '../server/connect-server.ts';
import { findStack, paramsOf } from '../server/find-stacks.ts';
import { readPages } from '../server/read-pages.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';
import { matchesWanted, refuseUnknown, wantedBy } from '../stand-alone/find-resource.ts';

interface AdoptFlags extends ServerFlags {
  readonly foreign?: true;
  readonly print?: true;
}

/** `trueup drift adopt`. */
export function declareAdopt(command: Command, start: Start): void {
  addServerFlags(
    command
      .command('adopt')
      .description('Take what drifted into Git, by a merge request that asks for it as observed.'),
  )
    .argument('<stack>', 'repository/stack')
    .argument('[resource...]', 'KIND/NAME or NAME; all that drifted if absent')
    .option('--foreign', 'take what others added inside these resources as well')
    .option('--print', 'open nothing: print the patch, for `git apply`')
    .action((stack: string, resources: readonly string[], flags: AdoptFlags) =>
      start(flags, (cli) => adopt(cli, { stack, resources, flags })),
    );
}

interface Asked {
  readonly stack: string;
  readonly resources: readonly string[];
  readonly flags: AdoptFlags;
}

async function adopt(cli: Cli, { stack: name, resources: texts, flags }: Asked): Promise<ExitCode> {
  const { printer } = cli;
  const client = await connectServer(cli, flags.server);
  const stack = await findStack(client, name);
  if (stack.driftCount === 0) {
    printer.lines([line('Nothing to adopt: it has not drifted.', 'good')]);
    await printer.document({ adoption: null });
    return exitCodes.done;
  }
  const resources = await findDrifted(client, stack, texts);
  const preview = flags.print === true;
  const body = {
    ...(resources.length > 0 && { resources }),
    ...(flags.foreign && { foreign: true }),
    ...(preview && { preview }),
  };
  const adoption = await client.adopt({ params: paramsOf(stack), body });
  if (preview) {
    printer.note(adoptionView(adoption));
    printPatch(cli, adoption.patch);
  } else printer.lines(adoptionView(adoption));
  await printer.document({ adoption });
  return adoption.patch === '' ? exitCodes.failed : exitCodes.done;
}

/** As it is for whoever takes it on; without what could steer a terminal for people. */
function printPatch({ printer, surroundings: { output } }: Cli, patch: string): void {
  if (printer.format !== 'text') return;
  if (output.isTerminal) printer.lines(plainLines(patch).map((text) => line(text)));
  else output.write(patch);
}

/** @throws UsageError for what did not drift. */
async function findDrifted(
  client: ApiClient,
  { id }: StackView,
  texts: readonly string[],
): Promise<readonly string[]> {
  if (texts.length === 0) return [];
  const query = { stack: id, open: true };
  const items = await readPages((page) => client.drift({ query: { ...page, ...query } }));
  const known = items.map(({ resource }) => resource);
  return texts.flatMap((text) => {
    const wanted = wantedBy(text);
    const found = known.filter((one) => matchesWanted(one, wanted));
    return found.length === 0 ? refuseUnknown(text, known) : found;
  });
}
