import type { OpenedStandAlone } from '@trueup/control-plane';

import type { Cli } from '../command.ts';
import { type ExitCode, exitCodes, worstOf } from '../exit-code.ts';
import { diagnosticLines, mostDiagnostics } from '../output/diagnostic-lines.ts';
import { emptyLine, type Line, line, span } from '../output/line.ts';
import { planView } from '../output/plan-view.ts';
import { withoutSubject } from '../output/without-subject.ts';
import { type PlanDocument, type PlanReport, reportDiagnostic } from '../report/plan-report.ts';
import { codeOfFailure, nextStepOf } from '../report-error.ts';
import { hasErrors, type StackPlanned } from './plan-stacks.ts';
import { loadSourceLines } from './source-lines.ts';

export interface ShownPlans {
  /** What a mere plan ends with. */
  readonly code: ExitCode;
  /** For programs. */
  readonly document: PlanDocument;
}

/** Shows what was planned, and what is wrong. */
export async function showPlans(
  cli: Cli,
  opened: OpenedStandAlone,
  planned: readonly StackPlanned[],
  all: boolean,
): Promise<ShownPlans> {
  const { printer, surroundings } = cli;
  const options = { width: printer.width, all, nowMs: surroundings.nowMs() };
  const plans = plannedReports(planned);
  printer.lines(planView(plans, options));
  printer.note(nameNote(opened, plans));
  const code = await tellProblems(cli, opened, planned, all);
  const diagnostics = opened.project.diagnostics.map(reportDiagnostic);
  return { code, document: { plans, diagnostics } };
}

/** Folders of one name are one stack to a target: whoever did not mean that has to be told in time. */
function nameNote({ project }: OpenedStandAlone, plans: readonly PlanReport[]): readonly Line[] {
  const deletes = plans.some(({ totals }) => totals.delete > 0);
  if (project.isConfigured || !deletes) return [];
  const text = `What would be deleted was applied from a folder that was called ${project.name} too.`;
  return [emptyLine, line(`${text} Was that another one? Tell them apart by --name.`, 'warn')];
}

/** Says what is wrong with the files, and why some stacks have no plan. */
export async function tellProblems(
  { printer }: Cli,
  { project, files }: OpenedStandAlone,
  planned: readonly StackPlanned[],
  all: boolean,
): Promise<ExitCode> {
  const diagnostics = project.diagnostics.map(reportDiagnostic);
  const found = [...diagnostics, ...plannedReports(planned).flatMap((one) => one.diagnostics)];
  const remarks = diagnosticLines(
    found,
    await loadSourceLines(files, found),
    all ? undefined : mostDiagnostics,
  );
  printer.note([
    ...(remarks.length > 0 ? [emptyLine, ...remarks] : []),
    ...planned.flatMap((one) => failureLines(one)),
    ...nextStepLines(planned),
  ]);
  return codeOf(
    planned,
    diagnostics.some(({ severity }) => severity === 'error'),
  );
}

function plannedReports(planned: readonly StackPlanned[]): readonly PlanReport[] {
  return planned.flatMap((one) => (one.kind === 'planned' ? [one.report] : []));
}

function failureLines(planned: StackPlanned): readonly Line[] {
  const { definition } = planned.stack;
  if (planned.kind === 'failed') {
    const { message, code } = planned.error;
    const { name } = definition;
    const what = span(withoutSubject(message, name), 'bad');
    return [emptyLine, [span(`${name}: `, 'strong'), what, span(`  ${code}`, 'dim')]];
  }
  if (planned.kind === 'planned') return [];
  const { after } = definition;
  const text = `planned when ${after.join(' and ')} ${after.length === 1 ? 'is' : 'are'} applied.`;
  return [emptyLine, [span(`${definition.name}: `, 'strong'), span(text, 'warn')]];
}

/** Each said once: many stacks may fail for one reason. */
function nextStepLines(planned: readonly StackPlanned[]): readonly Line[] {
  const steps = planned.flatMap((one) => (one.kind === 'failed' ? nextStepOf(one.error) : []));
  const different = new Set(steps.filter((step) => step !== undefined));
  return different.size === 0 ? [] : [emptyLine, ...[...different].map((step) => line(step))];
}

function codeOf(planned: readonly StackPlanned[], broken: boolean): ExitCode {
  return worstOf([broken ? exitCodes.badInput : exitCodes.done, ...planned.map(codeOfOne)]);
}

function codeOfOne(planned: StackPlanned): ExitCode {
  if (planned.kind === 'waits') return exitCodes.pending;
  if (planned.kind === 'failed') return codeOfFailure(planned.error);
  return codeOfReport(planned.report);
}

function codeOfReport(report: PlanReport): ExitCode {
  if (hasErrors(report)) return exitCodes.badInput;
  return report.changes.length > 0 ? exitCodes.pending : exitCodes.done;
}
