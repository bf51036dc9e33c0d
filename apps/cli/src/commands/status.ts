import type { OpenedStandAlone, ProjectStack } from '@trueup/control-plane';
import { OperationError } from '@trueup/diagnostics';

import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes, worstOf } from '../exit-code.ts';
import { count } from '../output/count.ts';
import { statusView } from '../output/status-view.ts';
import { reportHealth, type StackStatusReport, worstHealth } from '../report/status-report.ts';
import { codeOfFailure } from '../report-error.ts';
import { serverInstead } from '../server/connect-server.ts';
import { addServerFlag, type ServerFlags } from '../server/server-flags.ts';
import { showServerStatus } from '../server/server-views.ts';
import {
  addFolderFlags,
  addOutputFlag,
  type FolderFlags,
  folderOrServer,
} from '../stand-alone/folder-flags.ts';
import { mapBounded } from '../stand-alone/map-bounded.ts';
import { openFolder, selectStacks } from '../stand-alone/open-folder.ts';

interface StatusFlags extends FolderFlags, ServerFlags {
  readonly all?: true;
}

export const status: CommandDefinition = {
  declare(command, start) {
    addOutputFlag(addServerFlag(addFolderFlags(command)))
      .argument('[folder]', folderOrServer)
      .option('-a, --all', 'every resource, also those that are well')
      .action((folder: string | undefined, flags: StatusFlags) =>
        start(flags, async (cli) => {
          const server = await serverInstead(cli, folder, flags.server);
          return server ? showServerStatus(cli, server, flags) : statusOfFolder(cli, folder, flags);
        }),
      );
  },
};

interface Looked {
  readonly report: StackStatusReport;
  readonly code: ExitCode;
}

async function statusOfFolder(
  cli: Cli,
  folder: string | undefined,
  flags: StatusFlags,
): Promise<ExitCode> {
  await using opened = await openFolder(folder, flags, cli.surroundings);
  const stacks = await selectStacks(opened, flags.stack);
  const looked = await lookAtAll(cli, opened, stacks);
  const reports = looked.map(({ report }) => report);
  const { printer } = cli;
  printer.lines(statusView(reports, { width: printer.tableWidth, all: flags.all === true }));
  await printer.document({ stacks: reports });
  return worstOf(looked.map(({ code }) => code));
}

async function lookAtAll(
  cli: Cli,
  opened: OpenedStandAlone,
  stacks: readonly ProjectStack[],
): Promise<readonly Looked[]> {
  using progress = cli.openProgress();
  progress.phase(`Looking at ${count(stacks.length, 'stack')}`);
  return await mapBounded(stacks, 4, (stack) => lookAt(cli, opened, stack));
}

async function lookAt(
  { surroundings }: Cli,
  { standAlone }: OpenedStandAlone,
  stack: ProjectStack,
): Promise<Looked> {
  const { stop } = surroundings.interrupts;
  const { name, target } = stack.definition;
  try {
    const { open, ids, observed } = await standAlone.observe(stack, stop);
    const resources = ids.map((id) => reportHealth(id, open.provider.assess(observed.get(id))));
    const health = worstHealth(resources);
    const errors = open.prepared.diagnostics.filter(({ severity }) => severity === 'error').length;
    const remark =
      errors > 0 &&
      `${count(errors, 'error')}: \`trueup plan\` shows ${errors > 1 ? 'them' : 'it'}`;
    const code = health === 'failed' ? exitCodes.failed : exitCodes.done;
    const report = { stack: name, target, health, resources, ...(remark && { remark }) };
    return { report, code: errors > 0 ? worstOf([code, exitCodes.badInput]) : code };
  } catch (error) {
    stop.throwIfAborted();
    if (!(error instanceof OperationError)) throw error;
    const remark = `${error.message} (${error.code})`;
    const report = { stack: name, target, health: 'unknown', resources: [], remark } as const;
    return { report, code: codeOfFailure(error) };
  }
}
