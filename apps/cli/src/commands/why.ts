import type {
  ExplainedResource,
  OpenedStandAlone,
  OpenStack,
  ProjectStack,
  ResourceId,
} from '@trueup/control-plane';
import { type FieldPath, parseFieldPath } from '@trueup/diagnostics';

import { didYouMean } from '../closest.ts';
import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { whyView } from '../output/why-view.ts';
import { isNowhere, reportWhy } from '../report/why-report.ts';
import { serverInstead } from '../server/connect-server.ts';
import { addServerFlag, type ServerFlags } from '../server/server-flags.ts';
import { showServerWhy } from '../server/server-why.ts';
import {
  matchesWanted,
  refuseUnknown,
  type WantedResource,
  wantedBy,
} from '../stand-alone/find-resource.ts';
import {
  addFolderFlags,
  addOutputFlag,
  type FolderFlags,
  folderOrServer,
} from '../stand-alone/folder-flags.ts';
import { openFolder, selectStacks } from '../stand-alone/open-folder.ts';
import { UsageError } from '../usage-error.ts';

interface WhyFlags extends FolderFlags, ServerFlags {
  readonly folder?: string;
  readonly all?: true;
}

export const why: CommandDefinition = {
  declare(command, start) {
    addOutputFlag(addServerFlag(addFolderFlags(command)))
      .argument('<resource>', 'deployment/web, or as plans print it: Deployment.apps/shop/web')
      .argument('[field]', 'spec.containers[name=web].image; every field that Git sets if absent')
      .option('--folder <folder>', folderOrServer)
      .option('-a, --all', 'cut nothing')
      .action((resource: string, field: string | undefined, flags: WhyFlags) =>
        start(flags, async (cli) => {
          const { folder, stack, all } = flags;
          parsePath(field);
          const server = await serverInstead(cli, folder, flags.server);
          if (!server) return whyInFolder(cli, { resource, field, flags });
          const asked = { resource, field, all: all === true, ...(stack && { stack }) };
          return showServerWhy(cli, server, asked);
        }),
      );
  },
};

interface Asked {
  readonly resource: string;
  readonly field: string | undefined;
  readonly flags: WhyFlags;
}

async function whyInFolder(cli: Cli, { resource, field, flags }: Asked): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const path = parsePath(field);
  const wanted = wantedBy(resource);
  await using opened = await openFolder(flags.folder, flags, surroundings);
  const stacks = await selectStacks(opened, flags.stack);
  const found = await findResource(cli, opened, { stacks, text: resource, wanted });
  const { stop } = surroundings.interrupts;
  const { open, id } = found;
  const explain = (at: FieldPath | undefined): Promise<ExplainedResource> =>
    opened.standAlone.explain({ open, id, path: at }, stop);
  const report = reportWhy(found.stack.definition.name, await explain(path));
  if (field !== undefined && isNowhere(report)) {
    const all = reportWhy('', await explain(undefined)).fields.map((one) => one.path);
    throw new UsageError(`${field}: neither Git nor the target has it.${didYouMean(field, all)}`);
  }
  const options = { all: flags.all === true, nowMs: surroundings.nowMs() };
  printer.lines(whyView(report, options));
  await printer.document(report);
  return exitCodes.done;
}

export function parsePath(field: string | undefined): FieldPath | undefined {
  if (field === undefined) return undefined;
  const path = parseFieldPath(field);
  if (path) return path;
  throw new UsageError(
    `${field}: it is no path of a field. Write spec.replicas, or spec.containers[name=web].image.`,
  );
}

interface Found {
  readonly stack: ProjectStack;
  readonly open: OpenStack;
  readonly id: ResourceId;
}

interface Searched {
  readonly stacks: readonly ProjectStack[];
  readonly text: string;
  readonly wanted: WantedResource;
}

/** In what the files ask for, and in what the stacks own besides. */
async function findResource(
  { surroundings }: Cli,
  { standAlone }: OpenedStandAlone,
  { stacks, text, wanted }: Searched,
): Promise<Found> {
  const found: Found[] = [];
  const known: ResourceId[] = [];
  for (const stack of stacks) {
    const { open, ids } = await standAlone.observe(stack, surroundings.interrupts.stop);
    known.push(...ids);
    found.push(...ids.filter((id) => matchesWanted(id, wanted)).map((id) => ({ stack, open, id })));
  }
  const [first, second] = found;
  if (!first) return refuseUnknown(text, known);
  if (!second) return first;
  const names = found.map(({ stack, id }) => `  ${id}  --stack ${stack.definition.name}`);
  throw new UsageError(`${text}: there are several:\n${names.join('\n')}`);
}
