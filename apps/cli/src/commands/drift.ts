import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes, worstOf } from '../exit-code.ts';
import { driftView } from '../output/drift-view.ts';
import { type DriftReport, findDrift, unknownDrift } from '../report/drift-report.ts';
import { serverInstead } from '../server/connect-server.ts';
import { addServerFlag, type ServerFlags } from '../server/server-flags.ts';
import { showServerDrift } from '../server/server-views.ts';
import {
  addFolderFlags,
  addOutputFlag,
  type FolderFlags,
  folderOrServer,
} from '../stand-alone/folder-flags.ts';
import { openFolder, selectStacks } from '../stand-alone/open-folder.ts';
import { hasErrors, planStacks, type StackPlanned } from '../stand-alone/plan-stacks.ts';
import { tellProblems } from '../stand-alone/show-plans.ts';
import { declareAdopt } from './drift-adopt.ts';

interface DriftFlags extends FolderFlags, ServerFlags {
  readonly all?: true;
}

export const drift: CommandDefinition = {
  declare(command, start) {
    declareAdopt(command, start);
    addOutputFlag(addServerFlag(addFolderFlags(command)))
      .argument('[folder]', folderOrServer)
      .option('-a, --all', 'cut nothing')
      .action((folder: string | undefined, flags: DriftFlags) =>
        start(flags, async (cli) => {
          const server = await serverInstead(cli, folder, flags.server);
          return server ? showServerDrift(cli, server, flags) : driftOfFolder(cli, folder, flags);
        }),
      );
  },
};

async function driftOfFolder(
  cli: Cli,
  folder: string | undefined,
  flags: DriftFlags,
): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  await using opened = await openFolder(folder, flags, surroundings);
  const stacks = await selectStacks(opened, flags.stack);
  const planned = await planStacks(cli, opened, stacks);
  const reports = planned.map(driftOf);
  const all = flags.all === true;
  printer.lines(driftView(reports, { width: printer.width, all, nowMs: surroundings.nowMs() }));
  await printer.document({ stacks: reports });
  const found = reports.some(({ drifted, foreign }) => drifted.length + foreign.length > 0);
  const problem = await tellProblems(cli, opened, planned, all);
  // Changes that wait to be applied are no drift.
  const unplanned = problem === exitCodes.pending ? exitCodes.done : problem;
  return worstOf([found ? exitCodes.pending : exitCodes.done, unplanned]);
}

function driftOf(planned: StackPlanned): DriftReport {
  const { name, target } = planned.stack.definition;
  if (planned.kind === 'failed' || hasErrors(planned.report)) return unknownDrift(name, target);
  const { provider } = planned.plan.planned.open;
  return findDrift(planned.report, provider.writerOf !== undefined);
}
