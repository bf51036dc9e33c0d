/** Tells what happens while stacks are applied. */
import type { Outcome, Run, RunSign } from '@trueup/control-plane';

import { actionLooks } from '../output/change-lines.ts';
import { count } from '../output/count.ts';
import { type Line, span, type Tone } from '../output/line.ts';
import type { Printer } from '../output/printer.ts';
import type { Progress } from '../output/progress.ts';
import { resourceSpans } from '../output/resource-span.ts';
import { type ActionName, nameOf, type PlanReport } from '../report/plan-report.ts';

export interface ApplyView {
  readonly onSign: (stack: string, run: Run, sign: RunSign) => void;
}

export interface ApplyViewOptions {
  readonly progress: Progress;
  /** Every change gets its line; else, of many, only those that did not simply succeed. */
  readonly all: boolean;
}

/** More lines than that scroll by unread. */
const mostLines = 60;

type Told = Exclude<Outcome, { readonly kind: 'progress' }>;

export function createApplyView(
  printer: Printer,
  reports: readonly PlanReport[],
  { progress, all }: ApplyViewOptions,
): ApplyView {
  const planned = reports.flatMap(({ stack, changes }) =>
    changes.map(({ id, action }) => [`${stack} ${id}`, action] as const),
  );
  const actions = new Map<string, ActionName>(planned);
  const total = planned.length;
  const done = new Set<string>();
  const waiting = new Set<string>();
  const heldUp = new Set<string>();
  const update = (detail: string): void => progress.update({ done: done.size, total, detail });

  function onOutcome(stack: string, outcome: Outcome): void {
    if (outcome.kind === 'progress') {
      update(`${outcome.id}: ${outcome.message}`);
      return;
    }
    const key = `${stack} ${outcome.id}`;
    if (outcome.kind === 'done') done.add(key);
    update(outcome.id);
    if (outcome.kind === 'done' && !all && total > mostLines) return;
    const whose = reports.length > 1 ? [span(`  ${stack}`, 'dim')] : [];
    const shown = [...outcomeSpans(outcome, actions.get(key)), ...whose];
    progress.above(() => printer.lines([shown]));
  }

  function onHealth(stack: string, ids: readonly Waiting[]): void {
    const [first] = ids;
    if (!first) return;
    if (!waiting.has(stack)) {
      const be = ids.length === 1 ? 'is' : 'are';
      progress.step(`${stack}: waiting until ${count(ids.length, 'resource')} ${be} healthy`);
    }
    waiting.add(stack);
    const more = ids.length > 1 ? ` (and ${ids.length - 1} more)` : '';
    update(`waiting for ${first.id}: ${first.message}${more}`);
  }

  function onHeldUp(stack: string, message: string): void {
    if (!heldUp.has(stack)) progress.step(message);
    heldUp.add(stack);
    update(message);
  }

  return {
    onSign(stack, _run, sign) {
      if (sign.kind === 'outcome') onOutcome(stack, sign.outcome);
      else if (sign.kind === 'health') onHealth(stack, sign.waitingFor);
      else onHeldUp(stack, sign.message);
    },
  };
}

interface Waiting {
  readonly id: string;
  readonly message: string;
}

const marks: Readonly<Record<Told['kind'], readonly [string, Tone]>> = {
  done: ['✓', 'good'],
  moved: ['↻', 'warn'],
  failed: ['✗', 'bad'],
  'in-doubt': ['?', 'bad'],
  unplanned: ['!', 'bad'],
};

function outcomeSpans(outcome: Told, action: ActionName | undefined): Line {
  const [mark, tone] = marks[outcome.kind];
  const word = action ? actionLooks[action].word.toLowerCase() : '';
  const end = describeEnd(outcome);
  return [
    span(`  ${mark} `, tone),
    span(`${word.padEnd(10)}`),
    ...resourceSpans(nameOf(outcome.id)),
    ...(end === '' ? [] : [span(`  ${end}`, tone)]),
  ];
}

function describeEnd(outcome: Told): string {
  if (outcome.kind === 'done') return '';
  if (outcome.kind === 'moved') return 'moved in the meantime, and is looked at again';
  if (outcome.kind === 'unplanned') return `not in the plan: ${outcome.message}`;
  const { message } = outcome.failure;
  return outcome.kind === 'failed' ? message : `may have happened: ${message}`;
}
