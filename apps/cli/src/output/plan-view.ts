/** A plan as people read it: what cannot be taken back first, and nothing that matters by colour alone. */
import type { PlanReport } from '../report/plan-report.ts';
import { changeLines } from './change-lines.ts';
import { count, formatNumber } from './count.ts';
import type { ViewOptions } from './field-lines.ts';
import { groupChanges } from './group-changes.ts';
import { emptyLine, type Line, type Span, span } from './line.ts';
import { remarkLines } from './plan-remarks.ts';
import { withRemark } from './side-by-side.ts';
import { wrapLine } from './wrap-line.ts';

/** Groups of one plan; a person reads no more, and the counts tell the rest. */
const mostGroups = 40;

export function planView(plans: readonly PlanReport[], options: ViewOptions): readonly Line[] {
  const [quiet, loud] = [plans.filter(isQuiet), plans.filter((plan) => !isQuiet(plan))];
  return [
    ...loud.flatMap((plan) => [...planLines(plan, options), emptyLine]),
    ...quietLines(quiet, options),
    ...summaryLines(plans).flatMap((one) => wrapLine(one, options.width, 6)),
  ];
}

/** First digits of a digest, enough to approve by. */
/** As comments on a forge print it: long enough that nobody makes up another one that begins alike. */
export function digestToApprove(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 32);
}

export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12);
}

function isQuiet(plan: PlanReport): boolean {
  const { changes, withheld, gaps, foreign, findings, diagnostics } = plan;
  return [changes, withheld, gaps, foreign, findings, diagnostics].every((one) => one.length === 0);
}

function planLines(plan: PlanReport, options: ViewOptions): readonly Line[] {
  const groups = groupChanges(plan.changes);
  const shown = options.all ? groups : groups.slice(0, mostGroups);
  const hidden = groups.slice(shown.length).reduce((sum, group) => sum + group.length, 0);
  const more: readonly Line[] =
    hidden > 0 ? [[span(`  … ${count(hidden, 'more change')} (--all shows them)`, 'dim')]] : [];
  const right = plan.changes.length === 0 && !isRefused(plan) ? rightLine(plan) : [];
  return [
    ...headLines(plan, options),
    ...shown.flatMap((group) => changeLines(group, options)),
    ...more,
    ...right,
    ...remarkLines(plan, options),
  ];
}

/** Nothing of it can be applied, and what would be to do is not known. */
export function isRefused({ diagnostics }: Pick<PlanReport, 'diagnostics'>): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}

function headLines(plan: PlanReport, { width }: ViewOptions): readonly Line[] {
  const left = [span(plan.stack, 'strong'), span(' → ', 'dim'), span(plan.target, 'accent')];
  const tool = plan.tool ? [`${plan.tool.name} ${plan.tool.version}`] : [];
  const digest = plan.changes.length > 0 ? [shortDigest(plan.digest)] : [];
  const remark = [...tool, ...digest].join(' · ');
  return withRemark(left, remark === '' ? [] : [span(remark, 'dim')], width);
}

function rightLine({ totals }: PlanReport): readonly Line[] {
  return [[span('  '), span(`nothing to do: ${describeRight(totals.none)}`, 'dim')]];
}

function describeRight(number: number): string {
  if (number === 0) return 'no resources are asked for';
  return number === 1 ? '1 resource is right' : `${count(number, 'resource')} are right`;
}

/** Stacks about which there is nothing to say, in one table of words. */
function quietLines(plans: readonly PlanReport[], { width }: ViewOptions): readonly Line[] {
  if (plans.length === 0) return [];
  const lines = plans.flatMap(({ stack, target, totals }) => {
    const left = [span(stack, 'strong'), span(' → ', 'dim'), span(target, 'accent')];
    return withRemark(left, [span(`nothing to do: ${describeRight(totals.none)}`, 'dim')], width);
  });
  return [...lines, emptyLine];
}

export type Totals = PlanReport['totals'];

/** `Plan: 3 to create, 1 to update, 0 to delete · digest 3b7d49341f2a` */
function summaryLines(plans: readonly PlanReport[]): readonly Line[] {
  const [first] = plans;
  if (!first) return [];
  const totals = sumTotals(plans);
  const steps = plans.reduce((sum, { changes }) => sum + changes.length, 0);
  const whose = plans.length > 1 ? ` for ${plans.length} stacks` : '';
  const head = span(`Plan${whose}: `, 'strong');
  const refused = plans.filter(isRefused).length;
  const refusal = refused > 0 ? [span(` · ${count(refused, 'stack')} refused`, 'bad')] : [];
  if (steps === 0) return [[head, ...(refused > 0 ? [refusedSpan] : [rightSpan(totals)])]];
  const isOne = plans.length === 1 && refused === 0;
  const digest = isOne ? [span(` · digest ${shortDigest(first.digest)}`, 'dim')] : [];
  return [[head, ...totalSpans(totals), ...refusal, ...digest]];
}

const refusedSpan: Span = span('refused, for the reasons below.', 'bad');

function rightSpan({ none }: Totals): Span {
  return span(`nothing to do. ${capital(describeRight(none))}.`, 'good');
}

export function sumTotals(plans: readonly Pick<PlanReport, 'totals'>[]): Totals {
  const sum = (action: keyof Totals): number =>
    plans.reduce((total, { totals }) => total + totals[action], 0);
  return {
    create: sum('create'),
    update: sum('update'),
    replace: sum('replace'),
    delete: sum('delete'),
    'take-over': sum('take-over'),
    execute: sum('execute'),
    none: sum('none'),
  };
}

function totalSpans(totals: Totals): readonly Span[] {
  const parts: readonly (readonly [number, string, Span['tone'], boolean])[] = [
    [totals.create, 'to create', 'create', true],
    [totals.update, 'to update', 'update', true],
    [totals.replace, 'to replace', 'replace', false],
    [totals['take-over'], 'to take over', 'take-over', false],
    [totals.execute, 'to run', 'execute', false],
    [totals.delete, 'to delete', 'delete', true],
  ];
  return parts
    .filter(([number, , , always]) => always || number > 0)
    .flatMap(([number, words, tone], index) => [
      ...(index > 0 ? [span(', ')] : []),
      span(`${formatNumber(number)} ${words}`, number > 0 ? tone : undefined),
    ]);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
