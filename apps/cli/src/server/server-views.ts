/** What a server knows, for the commands that also work on a folder. */
import type { ApiClient, Run, StackView } from '@trueup/api';

import type { Cli } from '../command.ts';
import { type ExitCode, exitCodes, worstOf } from '../exit-code.ts';
import { count } from '../output/count.ts';
import { diagnosticLines } from '../output/diagnostic-lines.ts';
import { driftView } from '../output/drift-view.ts';
import { formatAge } from '../output/format-age.ts';
import { emptyLine, type Line, span } from '../output/line.ts';
import { planView } from '../output/plan-view.ts';
import { whyOf } from '../output/run-table.ts';
import { shortId } from '../output/short-id.ts';
import { withRemark } from '../output/side-by-side.ts';
import { statusView } from '../output/status-view.ts';
import type { DriftReport } from '../report/drift-report.ts';
import {
  type DiagnosticReport,
  type PlanReport,
  reportChange,
  reportDiagnostic,
} from '../report/plan-report.ts';
import { reportHealth, type StackStatusReport, worstHealth } from '../report/status-report.ts';
import { mapBounded } from '../stand-alone/map-bounded.ts';
import { clientOf, type ServerAddress } from './connect-server.ts';
import { findStacks, paramsOf } from './find-stacks.ts';
import { readPages } from './read-pages.ts';
import { codeOfStatus, isRefusal } from './refusal.ts';
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
  const client = await clientOf(cli, address);
  const stacks = await findStacks(client, flags.stack);
  const diagnostics = await findDiagnostics(client, stacks, flags);
  const reports = await mapBounded(stacks, sideBySide, async (stack) => {
    const report = stack.lastRun && (await planOfRun(client, stack.lastRun, stack));
    return { stack, report };
  });
  const plans = reports.flatMap(({ report }) => (report ? [report] : []));
  const all = flags.all === true;
  const options = { width: printer.width, all, nowMs: surroundings.nowMs() };
  const done = all ? [] : stacks.filter(isDone);
  const names = new Set(done.map(({ id }) => id));
  const unplanned = reports.flatMap(({ stack, report }) => (report ? [] : [stack]));
  printer.lines([
    ...(stacks.length === 0 ? noStacks : []),
    ...[...done, ...unplanned].flatMap((stack) => doneLine(stack, options)),
    ...planView(
      plans.filter(({ stack }) => !names.has(stack)),
      options,
    ),
  ]);
  tellDiagnostics(cli, diagnostics);
  await printer.document({ plans, diagnostics });
  return worstOf([
    ...reports.map(({ stack, report }) => codeOfPlan(stack, report)),
    codeOfDiagnostics(diagnostics),
  ]);
}

const noStacks: readonly Line[] = [
  [
    span(
      'There are no stacks: `trueup repository add URL` follows a repository, whose trueup.yaml names them.',
    ),
  ],
];

/** Of the stacks, and, unless only some of them are asked for, of all repositories. */
async function findDiagnostics(
  client: ApiClient,
  stacks: readonly StackView[],
  { stack: names }: ServerViewFlags,
): Promise<readonly DiagnosticReport[]> {
  const own = stacks.flatMap(({ diagnostics }) => diagnostics);
  const all = names && names.length > 0 ? [] : (await client.diagnostics()).items;
  return [...all, ...own].map(reportDiagnostic);
}

function tellDiagnostics({ printer }: Cli, diagnostics: readonly DiagnosticReport[]): void {
  if (diagnostics.length === 0) return;
  printer.note([emptyLine, ...diagnosticLines(diagnostics, () => undefined)]);
}

function codeOfDiagnostics(diagnostics: readonly DiagnosticReport[]): ExitCode {
  const broken = diagnostics.some(({ severity }) => severity === 'error');
  return broken ? exitCodes.badInput : exitCodes.done;
}

/** What is planned and done is no longer pending. */
function codeOfPlan(stack: StackView, report: PlanReport | undefined): ExitCode {
  if (isDone(stack) || !report || report.changes.length === 0) return exitCodes.done;
  return exitCodes.pending;
}

function isDone({ lastRun }: Pick<StackView, 'lastRun'>): boolean {
  return lastRun?.phase.name === 'succeeded';
}

function doneLine(
  { id, target, lastRun }: StackView,
  { width, nowMs }: { readonly width: number; readonly nowMs: number },
): readonly Line[] {
  const left = [span(id, 'strong'), span(' → ', 'dim'), span(target, 'accent')];
  if (!lastRun) return withRemark(left, [span('not planned yet', 'warn')], width);
  if (!isDone({ lastRun }))
    return withRemark(left, [span(describeRun(lastRun).join(), 'warn')], width);
  const { counts, updatedAt, revision } = lastRun;
  const text = `done: ${count(counts.done, 'change')}, ${formatAge(updatedAt, nowMs)}, ${revision.slice(0, 12)}`;
  return withRemark(left, [span(text, 'good')], width);
}

export async function showServerStatus(
  cli: Cli,
  address: ServerAddress,
  flags: ServerViewFlags,
): Promise<ExitCode> {
  const { printer } = cli;
  const client = await clientOf(cli, address);
  const stacks = await findStacks(client, flags.stack);
  const diagnostics = await findDiagnostics(client, stacks, flags);
  const looked = await mapBounded(stacks, sideBySide, (stack) => lookAt(client, stack));
  const reports = looked.map(({ report }) => report);
  const view = { width: printer.tableWidth, all: flags.all === true };
  printer.lines(stacks.length === 0 ? noStacks : statusView(reports, view));
  tellDiagnostics(cli, diagnostics);
  await printer.document({ stacks: reports });
  const broken = codeOfDiagnostics(diagnostics) === exitCodes.done ? [] : [exitCodes.failed];
  return worstOf([...looked.map(({ code }) => code), ...broken]);
}

interface Looked {
  readonly report: StackStatusReport;
  readonly code: ExitCode;
}

/** A stack whose target does not answer leaves the others alone. */
async function lookAt(client: ApiClient, stack: StackView): Promise<Looked> {
  const { id, target, applied } = stack;
  const remark = remarkOf(stack);
  const report = { stack: id, target, health: stack.health, resources: [] };
  const ran = stack.lastRun?.phase.name === 'failed' ? exitCodes.failed : exitCodes.done;
  if (!applied) return { report: { ...report, ...(remark !== '' && { remark }) }, code: ran };
  try {
    const { items } = await client.resources({ params: paramsOf(stack) });
    const resources = items.map((one) => reportHealth(one.id, one.health));
    // Seen just now, which what the server remembers may not be.
    const health = worstHealth(resources);
    const code = health === 'failed' ? exitCodes.failed : ran;
    return { report: { ...report, health, resources, ...(remark !== '' && { remark }) }, code };
  } catch (error) {
    if (!isRefusal(error) || error.status === undefined) throw error;
    const why = [remark, error.message].filter((one) => one !== '').join(', ');
    return { report: { ...report, remark: why }, code: worstOf([ran, codeOfStatus(error.status)]) };
  }
}

function remarkOf({ paused, standing, lastRun, driftCount }: StackView): string {
  return [
    ...(standing === 'active' ? [] : [standing]),
    ...(paused ? [`paused by ${paused.by}: ${paused.reason}`] : []),
    ...(driftCount > 0 ? [`${driftCount} drifted`] : []),
    ...(lastRun ? describeRun(lastRun) : ['never run']),
  ].join(', ');
}

/** Of a run that is well, nothing; else what it is at, and why. */
function describeRun(run: Run): readonly string[] {
  const { name } = run.phase;
  if (name === 'succeeded') return [];
  const why = whyOf(run);
  const next = name === 'awaiting-approval' ? ` \`trueup approve ${shortId(run.id)}\`` : '';
  return [why === '' ? name : `${name}: ${why}${next}`];
}

export async function showServerDrift(
  cli: Cli,
  address: ServerAddress,
  flags: ServerViewFlags,
): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const client = await clientOf(cli, address);
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
