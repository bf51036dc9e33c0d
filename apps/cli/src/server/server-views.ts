/** What a server knows, for the commands that also work on a folder. */
import type { ApiClient, StackView } from '@trueup/api';

import type { Cli } from '../command.ts';
import { type ExitCode, exitCodes, worstOf } from '../exit-code.ts';
import { count } from '../output/count.ts';
import { diagnosticLines } from '../output/diagnostic-lines.ts';
import { driftView } from '../output/drift-view.ts';
import { formatAge } from '../output/format-age.ts';
import { emptyLine, type Line, span } from '../output/line.ts';
import { planView } from '../output/plan-view.ts';
import { withRemark } from '../output/side-by-side.ts';
import { statusView } from '../output/status-view.ts';
import type { DriftReport } from '../report/drift-report.ts';
import { type PlanReport, reportChange, reportDiagnostic } from '../report/plan-report.ts';
import { reportHealth, type StackStatusReport } from '../report/status-report.ts';
import { mapBounded } from '../stand-alone/map-bounded.ts';
import { clientOf, type ServerAddress } from './connect-server.ts';
import { findStacks, paramsOf } from './find-stacks.ts';
import { readPages } from './read-pages.ts';
import { planOfRun } from './server-plans.ts';

export interface ServerViewFlags {
  readonly stack?: readonly string[];
  readonly all?: true;
}

const sideBySide = 4;

/** The newest plan of each stack, whatever became of its run. */
export async function showServerPlans(
  cli: Cli,
  address: ServerAddress,
  flags: ServerViewFlags,
): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const client = await clientOf(address);
  const stacks = await findStacks(client, flags.stack);
  const reports = await mapBounded(stacks, sideBySide, async (stack) => {
    const report = stack.lastRun && (await planOfRun(client, stack.lastRun, stack));
    return { stack, report };
  });
  const plans = reports.flatMap(({ report }) => (report ? [report] : []));
  const all = flags.all === true;
  const options = { width: printer.width, all, nowMs: surroundings.nowMs() };
  const done = all ? [] : stacks.filter(isDone);
  const names = new Set(done.map(({ id }) => id));
  printer.lines([
    ...planView(
      plans.filter(({ stack }) => !names.has(stack)),
      options,
    ),
    ...done.flatMap((stack) => doneLine(stack, options)),
  ]);
  const diagnostics = stacks.flatMap((stack) => stack.diagnostics.map(reportDiagnostic));
  if (diagnostics.length > 0) {
    printer.note([emptyLine, ...diagnosticLines(diagnostics, () => undefined)]);
  }
  await printer.document({ plans, diagnostics });
  return worstOf(reports.map(({ stack, report }) => codeOfPlan(stack, report)));
}

/** What is planned and done is no longer pending. */
function codeOfPlan(stack: StackView, report: PlanReport | undefined): ExitCode {
  if (isDone(stack) || !report || report.changes.length === 0) return exitCodes.done;
  return exitCodes.pending;
}

function isDone({ lastRun }: StackView): boolean {
  return lastRun?.phase.name === 'succeeded';
}

function doneLine(
  { id, target, lastRun }: StackView,
  { width, nowMs }: { readonly width: number; readonly nowMs: number },
): readonly Line[] {
  const left = [span(id, 'strong'), span(' → ', 'dim'), span(target, 'accent')];
  if (!lastRun) return [left];
  const { counts, updatedAt, revision } = lastRun;
  const text = `done: ${count(counts.done, 'change')}, ${formatAge(updatedAt, nowMs)}, ${revision.slice(0, 12)}`;
  return withRemark(left, [span(text, 'good')], width);
}

export async function showServerStatus(
  { printer }: Cli,
  address: ServerAddress,
  flags: ServerViewFlags,
): Promise<ExitCode> {
  const client = await clientOf(address);
  const stacks = await findStacks(client, flags.stack);
  const reports = await mapBounded(stacks, sideBySide, (stack) => reportStack(client, stack));
  printer.lines(statusView(reports, { width: printer.tableWidth, all: flags.all === true }));
  await printer.document({ stacks: reports });
  return reports.some(({ health }) => health === 'failed') ? exitCodes.failed : exitCodes.done;
}

async function reportStack(client: ApiClient, stack: StackView): Promise<StackStatusReport> {
  const { items } = await client.resources({ params: paramsOf(stack) });
  const remark = remarkOf(stack);
  return {
    stack: stack.id,
    target: stack.target,
    health: stack.health,
    resources: items.map(({ id, health }) => reportHealth(id, health)),
    ...(remark !== '' && { remark }),
  };
}

function remarkOf({ paused, standing, lastRun, driftCount }: StackView): string {
  const phase = lastRun?.phase.name ?? 'never run';
  return [
    ...(standing === 'active' ? [] : [standing]),
    ...(paused ? [`paused by ${paused.by}: ${paused.reason}`] : []),
    ...(driftCount > 0 ? [`${driftCount} drifted`] : []),
    ...(phase === 'succeeded' ? [] : [phase]),
  ].join(', ');
}

export async function showServerDrift(
  { printer, surroundings }: Cli,
  address: ServerAddress,
  flags: ServerViewFlags,
): Promise<ExitCode> {
  const client = await clientOf(address);
  const stacks = await findStacks(client, flags.stack);
  const items = await readPages((query) => client.drift({ query: { ...query, open: true } }));
  const reports = stacks.map(({ id, target }): DriftReport => {
    const own = items.filter(({ stack }) => stack === id);
    const drifted = own.map(({ change }) => reportChange(change));
    return { stack: id, target, drifted, foreign: [], pending: 0 };
  });
  const all = flags.all === true;
  printer.lines(driftView(reports, { width: printer.width, all, nowMs: surroundings.nowMs() }));
  await printer.document({ stacks: reports });
  const found = reports.some(({ drifted }) => drifted.length > 0);
  return found ? exitCodes.pending : exitCodes.done;
}
