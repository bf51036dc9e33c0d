import type { ApiClient, Run } from '@trueup/api';

import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { count } from '../output/count.ts';
import { line } from '../output/line.ts';
import { digestToApprove, planView, shortDigest } from '../output/plan-view.ts';
import { hasEnded } from '../output/run-view.ts';
import { shortId } from '../output/short-id.ts';
import type { PlanReport } from '../report/plan-report.ts';
import { connectServer } from '../server/connect-server.ts';
import { findRunId } from '../server/find-id.ts';
import { findStack } from '../server/find-stacks.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';
import { planOfRun } from '../server/server-plans.ts';
import { askYes } from '../stand-alone/consent.ts';
import { UsageError } from '../usage-error.ts';

interface ApproveFlags extends ServerFlags {
  readonly all?: true;
  readonly breakGlass?: true;
  readonly reason?: string;
}

export const approve: CommandDefinition = {
  declare(command, start) {
    addServerFlags(command)
      .argument('<run>', 'its id, or the beginning of it, as `trueup run list` shows it')
      .argument('[digest]', 'what is approved, 12 digits or more; shown and asked for if absent')
      .option('-a, --all', 'cut nothing of the plan')
      .option('--break-glass', 'without the approvals that rules ask for, and in a freeze')
      .option('--reason <text>', 'why; it stands in the audit chain, and goes out with alerts')
      .action((run: string, digest: string | undefined, flags: ApproveFlags) =>
        start(flags, (cli) => approveRun(cli, { run, digest, flags })),
      );
  },
};

interface Asked {
  readonly run: string;
  readonly digest: string | undefined;
  readonly flags: ApproveFlags;
}

/** An approval is for a digest (P2): whoever names none is shown the plan first. */
async function approveRun(cli: Cli, { run, digest, flags }: Asked): Promise<ExitCode> {
  const { printer } = cli;
  const reason = reasonOf(flags);
  const client = await connectServer(cli, flags.server);
  const id = await findRunId(client, run);
  const agreed = digest ?? (await askForDigest(cli, client, { id, all: flags.all === true }));
  if (agreed === undefined) return exitCodes.pending;
  if (reason !== undefined) {
    await client.breakGlass({ params: { run: id }, body: { digest: agreed, reason } });
    printer.lines([line(`${id}: goes on without approvals. Everybody can see why.`, 'warn')]);
    await printer.document({ run: id, digest: agreed, reason });
    return exitCodes.done;
  }
  const approval = await client.approve({ params: { run: id }, body: { digest: agreed } });
  const { length } = approval.digests;
  printer.lines([
    line(`${approval.stack}: approved by ${approval.actor}: ${count(length, 'change')}.`, 'good'),
  ]);
  await printer.document(approval);
  return exitCodes.done;
}

/** Why the glass is broken; `undefined` where it is not. */
function reasonOf({ breakGlass, reason }: ApproveFlags): string | undefined {
  if (!breakGlass && reason === undefined) return undefined;
  if (!breakGlass) throw new UsageError('--reason goes with --break-glass.');
  if (reason === undefined || reason.trim() === '') {
    throw new UsageError('--break-glass: say why, by --reason "…".');
  }
  return reason;
}

async function askForDigest(
  cli: Cli,
  client: ApiClient,
  { id, all }: { readonly id: string; readonly all: boolean },
): Promise<string | undefined> {
  const { printer, surroundings } = cli;
  const run = await client.run({ params: { run: id } });
  if (hasEnded(run)) {
    throw new UsageError(`${id}: it has ended (${run.phase.name}): there is nothing to approve.`);
  }
  const report = await findPlan(client, run);
  printer.note([]);
  printer.lines(planView([report], { width: printer.width, all, nowMs: surroundings.nowMs() }));
  const question = `Approve ${shortDigest(report.digest)} for ${run.stack}? [y/N] `;
  if (!surroundings.ask) {
    throw new UsageError(
      `${id}: an approval is for a digest. Say which: trueup approve ${shortId(id)} ${digestToApprove(report.digest)}`,
    );
  }
  const consent = await askYes(cli, question, false);
  if (consent.given) return report.digest.replace(/^sha256:/, '');
  printer.note([consent.why]);
  return undefined;
}

async function findPlan(client: ApiClient, run: Run): Promise<PlanReport> {
  const report = await planOfRun(client, run, await findStack(client, run.stack));
  if (report) return report;
  throw new UsageError(`${run.id}: it has no plan yet, so there is nothing to approve.`);
}
