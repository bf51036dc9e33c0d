import type { Cli, CommandDefinition } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';
import { serverInstead } from '../server/connect-server.ts';
import { addServerFlag, type ServerFlags } from '../server/server-flags.ts';
import { showServerPlans } from '../server/server-views.ts';
import {
  addFolderFlags,
  addOutputFlag,
  type FolderFlags,
  folderOrServer,
} from '../stand-alone/folder-flags.ts';
import { openFolder, selectStacks } from '../stand-alone/open-folder.ts';
import { planStacks } from '../stand-alone/plan-stacks.ts';
import { showPlans } from '../stand-alone/show-plans.ts';

interface PlanFlags extends FolderFlags, ServerFlags {
  readonly all?: true;
}

export const plan: CommandDefinition = {
  declare(command, start) {
    addOutputFlag(addServerFlag(addFolderFlags(command)))
      .argument('[folder]', folderOrServer)
      .option('-a, --all', 'cut nothing: every change, every field, whole values')
      .action((folder: string | undefined, flags: PlanFlags) =>
        start(flags, async (cli) => {
          const server = await serverInstead(cli, folder, flags.server);
          return server ? showServerPlans(cli, server, flags) : planFolder(cli, folder, flags);
        }),
      );
  },
};

async function planFolder(
  cli: Cli,
  folder: string | undefined,
  flags: PlanFlags,
): Promise<ExitCode> {
  await using opened = await openFolder(folder, flags, cli.surroundings);
  const stacks = await selectStacks(opened, flags.stack);
  const planned = await planStacks(cli, opened, stacks);
  const { code, document } = await showPlans(cli, opened, planned, flags.all === true);
  await cli.printer.document(document);
  return code;
}
