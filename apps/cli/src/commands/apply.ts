import type { OpenedStandAlone } from '@trueup/control-plane';

import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes, worstOf } from '../exit-code.ts';
import { line } from '../output/line.ts';
import { reportDiagnostic } from '../report/plan-report.ts';
import type { ApplyDocument } from '../report/run-report.ts';
import { serverInstead } from '../server/connect-server.ts';
import { applyOnServer } from '../server/server-apply.ts';
import { addServerFlag, type ServerFlags } from '../server/server-flags.ts';
import { type ApplyFlags, applyStacks, reportsOf } from '../stand-alone/apply-stacks.ts';
import { summarizeRuns } from '../stand-alone/apply-summary.ts';
import { askConsent } from '../stand-alone/consent.ts';
import {
  addFolderFlags,
  addOutputFlag,
  type FolderFlags,
  folderOrServer,
} from '../stand-alone/folder-flags.ts';
import { openFolder, selectStacks } from '../stand-alone/open-folder.ts';
import { planStacks, type StackPlanned } from '../stand-alone/plan-stacks.ts';
import { showPlans } from '../stand-alone/show-plans.ts';
import { Interrupted } from '../surroundings.ts';

interface Flags extends FolderFlags, ServerFlags, ApplyFlags {
  readonly output: string;
}

export const apply: CommandDefinition = {
  declare(command, start) {
    addOutputFlag(addServerFlag(addFolderFlags(command)))
      .argument('[folder]', folderOrServer)
      .option('-y, --yes', 'ask nothing: for scripts')
      .option('--allow-deletions <n>', 'how many deletions are meant, where a guard objects')
      .option('--overrule-guards', 'what the rules of trueup.yaml deny is meant')
      .option('--take-over', 'resources that exist already may become ours')
      .option('--no-wait', 'done when all is accepted, healthy or not')
      .option('-a, --all', 'cut nothing: every change, every field, whole values')
      .action((folder: string | undefined, flags: Flags) =>
        start(flags, async (cli) => {
          const server = await serverInstead(cli, folder, flags.server);
          if (server) return applyOnServer(cli, server, flags);
          return applyFolder(cli, folder, flags);
        }),
      );
  },
};

async function applyFolder(cli: Cli, folder: string | undefined, flags: Flags): Promise<ExitCode> {
  await using opened = await openFolder(folder, flags, cli.surroundings);
  const stacks = await selectStacks(opened, flags.stack);
  const planned = await beforeApplying(cli, () => planStacks(cli, opened, stacks));
  const shown = await showPlans(cli, opened, planned, flags.all === true);
  const reports = reportsOf(planned).filter(({ changes }) => changes.length > 0);
  if (reports.length === 0) {
    await cli.printer.document({ ...shown.document, runs: [] });
    return shown.code;
  }
  const consent = await beforeApplying(cli, () => askConsent(cli, reports, flags));
  if (!consent.given) {
    cli.printer.note([consent.why]);
    await cli.printer.document({ ...shown.document, runs: [] });
    return exitCodes.pending;
  }
  // Awaited here, since what is opened is closed on return.
  return await applyPlanned(cli, opened, planned, flags);
}

/** Whoever stops us here wants to know that nothing has happened. */
async function beforeApplying<T>({ printer }: Cli, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Interrupted) printer.note([line('Nothing was applied.', 'warn')]);
    throw error;
  }
}

async function applyPlanned(
  cli: Cli,
  opened: OpenedStandAlone,
  planned: readonly StackPlanned[],
  flags: Flags,
): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const startedMs = surroundings.nowMs();
  const runs = await applyStacks({ cli, opened, flags }, planned);
  const tookMs = surroundings.nowMs() - startedMs;
  const interrupted = surroundings.interrupts.stop.aborted;
  const summary = summarizeRuns(runs, { tookMs, interrupted, width: printer.width });
  printer.lines(summary.lines);
  const diagnostics = opened.project.diagnostics.map(reportDiagnostic);
  const document: ApplyDocument = { plans: reportsOf(planned), diagnostics, runs };
  await printer.document(document);
  const broken = diagnostics.some(({ severity }) => severity === 'error');
  return worstOf([summary.code, broken ? exitCodes.badInput : exitCodes.done]);
}
