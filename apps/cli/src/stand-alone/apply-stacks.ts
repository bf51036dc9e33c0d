/** Applies stacks round by round: those that come after others begin when these have succeeded. */
import type { OpenedStandAlone } from '@trueup/control-plane';
import { OperationError } from '@trueup/diagnostics';

import type { Cli } from '../command.ts';
import { count } from '../output/count.ts';
import { line } from '../output/line.ts';
import type { PlanReport } from '../report/plan-report.ts';
import { type RunReport, reportRun } from '../report/run-report.ts';
import { nameOf, nextRound } from './apply-rounds.ts';
import { createApplyView } from './apply-view.ts';
import { askConsent, type ConsentFlags } from './consent.ts';
import { mapBounded } from './map-bounded.ts';
import { hasErrors, planStacks, type StackPlanned } from './plan-stacks.ts';
import { showPlans } from './show-plans.ts';

export interface ApplyFlags extends ConsentFlags {
  readonly all?: true;
  /** `false` for `--no-wait`. */
  readonly wait: boolean;
}

export interface Applying {
  readonly cli: Cli;
  readonly opened: OpenedStandAlone;
  readonly flags: ApplyFlags;
}

type Applicable = Extract<StackPlanned, { readonly plan: unknown }>;

const sideBySide = 4;

/** What was planned has been shown, and somebody has said yes to it. In the order in which it ends. */
export async function applyStacks(
  applying: Applying,
  planned: readonly StackPlanned[],
): Promise<readonly RunReport[]> {
  const { stop } = applying.cli.surroundings.interrupts;
  const runs = new Map<string, RunReport>();
  let waiting = planned;
  while (waiting.length > 0 && !stop.aborted) {
    const ends = new Map([...runs].map(([name, { end }]) => [name, end]));
    const { ready, skipped } = nextRound(waiting, ends);
    const round = await openRound(applying, ready);
    const ended = await applyRound(applying, round.applicable);
    for (const run of [...skipped, ...round.ended, ...ended]) runs.set(run.stack, run);
    waiting = waiting.filter((one) => !runs.has(nameOf(one)));
  }
  return [...runs.values()];
}

interface OpenedRound {
  readonly applicable: readonly Applicable[];
  /** What needs no applying, or cannot be applied. */
  readonly ended: readonly RunReport[];
}

/** Plans what could not be planned before, and asks about that. */
async function openRound(applying: Applying, ready: readonly StackPlanned[]): Promise<OpenedRound> {
  const late = ready.filter(({ kind }) => kind === 'waits');
  const planned = late.length > 0 ? await planLate(applying, late) : { agreed: true, stacks: [] };
  const sure = ready.filter(({ kind }) => kind !== 'waits');
  const declined = planned.agreed ? [] : planned.stacks.map(heldBack);
  const all = planned.agreed ? [...sure, ...planned.stacks] : sure;
  const ended = all.flatMap((one) => endWithoutRun(one) ?? []);
  const names = new Set(ended.map(({ stack }) => stack));
  const applicable = all.flatMap((one) =>
    one.kind === 'failed' || names.has(nameOf(one)) ? [] : [one],
  );
  return { applicable, ended: [...ended, ...declined] };
}

async function planLate(
  { cli, opened, flags }: Applying,
  late: readonly StackPlanned[],
): Promise<{ readonly agreed: boolean; readonly stacks: readonly StackPlanned[] }> {
  const definitions = late.map(({ stack }) => stack);
  const stacks = await planStacks(cli, opened, definitions);
  await showPlans(cli, opened, stacks, flags.all === true);
  const reports = reportsOf(stacks);
  if (reports.every(({ changes }) => changes.length === 0)) return { agreed: true, stacks };
  const consent = await askConsent(cli, reports, flags);
  if (!consent.given) cli.printer.note([consent.why]);
  return { agreed: consent.given, stacks };
}

/** Of what can be applied. */
export function reportsOf(planned: readonly StackPlanned[]): readonly PlanReport[] {
  return planned.flatMap((one) =>
    one.kind === 'planned' && !hasErrors(one.report) ? [one.report] : [],
  );
}

function endWithoutRun(one: StackPlanned): RunReport | undefined {
  const common = { stack: nameOf(one), extent: 'nothing', done: 0 } as const;
  if (one.kind === 'failed') {
    const { message, code } = one.error;
    return { ...common, end: 'failed', total: 0, message, code };
  }
  const { changes, diagnostics } = one.report;
  const error = diagnostics.find(({ severity }) => severity === 'error');
  if (error) {
    const { summary: message, code } = error;
    return { ...common, end: 'failed', total: changes.length, message, code };
  }
  return changes.length === 0 ? { ...common, end: 'succeeded', total: 0 } : undefined;
}

function heldBack(one: StackPlanned): RunReport {
  const total = one.kind === 'failed' ? 0 : one.report.changes.length;
  const message = 'Nobody said yes to it.';
  return { stack: nameOf(one), end: 'held', extent: 'nothing', done: 0, total, message };
}

async function applyRound(
  applying: Applying,
  round: readonly Applicable[],
): Promise<readonly RunReport[]> {
  if (round.length === 0) return [];
  const { cli, flags } = applying;
  const { stop, abort } = cli.surroundings.interrupts;
  const reports = round.map(({ report }) => report);
  using progress = cli.openProgress();
  const steps = reports.reduce((sum, { changes }) => sum + changes.length, 0);
  progress.phase(`Applying ${count(steps, 'change')}`);
  const say = (text: string): void => progress.above(() => cli.printer.note([line(text, 'warn')]));
  const onStop = (): void =>
    say('Stopping when what is on its way is answered. Ctrl-C again ends at once.');
  stop.addEventListener('abort', onStop, { once: true });
  const view = createApplyView(cli.printer, reports, { progress, all: flags.all === true });
  try {
    return await mapBounded(round, sideBySide, (one) => applyOne(applying, one, view));
  } catch (error) {
    if (abort.aborted)
      say('What was on its way may have happened: `trueup plan` shows what is left.');
    throw error;
  } finally {
    stop.removeEventListener('abort', onStop);
  }
}

async function applyOne(
  { cli, opened, flags }: Applying,
  { stack, plan }: Applicable,
  view: ReturnType<typeof createApplyView>,
): Promise<RunReport> {
  const { stop, abort } = cli.surroundings.interrupts;
  const { name } = stack.definition;
  const frozen = plan.planned.open.rule.frozenUntil(cli.surroundings.nowMs(), 'change');
  if (frozen !== undefined) return frozenReport(name, frozen, plan.steps.length);
  try {
    const run = await opened.standAlone.apply(plan, {
      signal: abort,
      stop,
      awaitHealth: flags.wait,
      onSign: (current, sign) => view.onSign(name, current, sign),
    });
    return reportRun(name, run);
  } catch (error) {
    abort.throwIfAborted();
    if (!(error instanceof OperationError)) throw error;
    const { message, code } = error;
    const total = plan.steps.length;
    return { stack: name, end: 'failed', extent: 'part', done: 0, total, message, code };
  }
}

function frozenReport(stack: string, untilMs: number, total: number): RunReport {
  const message = `A freeze is in force: nothing is applied before ${new Date(untilMs).toISOString()}.`;
  return { stack, end: 'held', extent: 'nothing', done: 0, total, message };
}
