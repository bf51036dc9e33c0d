/**
 * Says what the rules make of a plan: what they deny, what they warn of, and whose approval they ask.
 *
 * J1. What cannot be evaluated denies, warns and asks as if it held: a rule that fails protects (P3).
 * J2. A requirement holds for the whole plan as soon as its condition holds for some part of it.
 * J3. Owners are those of the files that changed, by CODEOWNERS of the followed branch. A file that
 *     nobody owns asks for anybody who may approve.
 * J4. A plan that does nothing, and knows that, is denied by nobody and asks nobody.
 */
import type { Change, Gap } from '@trueup/provider-sdk';

import type {
  ApprovalRequirement,
  EffectiveRule,
  GuardCondition,
} from '../configuration/configuration.ts';
import type { GuardFinding } from '../plan/plan-record.ts';
import type { Purpose } from '../run/run.ts';
import { askOwners } from './ask-owners.ts';
import type { AskedRequirement } from './asked-requirement.ts';
import type { AskConditions, ConditionAnswer, RuleFacts } from './condition.ts';
import { isRisk, risks, risksOf } from './risk.ts';
import type { RuleOccasion } from './rule-occasion.ts';

/** What the rules say of one plan. */
export interface RuleVerdict {
  /** An error holds the run until a person decides; a warning is shown. */
  readonly findings: readonly GuardFinding[];
  /** All of them have to be met before the plan is applied. Empty: nobody is asked. */
  readonly asked: readonly AskedRequirement[];
}

export interface JudgedPlan {
  readonly steps: readonly Change[];
  readonly gaps: readonly Gap[];
  readonly purpose: Purpose;
  readonly owned: number;
}

export interface Judging {
  readonly plan: JudgedPlan;
  readonly occasion: RuleOccasion;
  readonly askConditions: AskConditions;
  readonly signal: AbortSignal;
}

/** J4. Also where no rule says anything. */
export function isJudged(
  { approvals, guards: { deny, warn } }: Pick<EffectiveRule, 'approvals' | 'guards'>,
  { steps, gaps }: Pick<JudgedPlan, 'steps' | 'gaps'>,
): boolean {
  const isIdle = steps.length === 0 && gaps.length === 0;
  return !isIdle && [approvals, deny, warn].some(({ length }) => length > 0);
}

export async function judgePlan(
  rule: Pick<EffectiveRule, 'approvals' | 'guards'>,
  judging: Judging,
): Promise<RuleVerdict> {
  const { plan, occasion, askConditions, signal } = judging;
  if (!isJudged(rule, plan)) return { findings: [], asked: [] };
  const { approvals, guards } = rule;
  const { deny, warn } = guards;
  const written = [...deny, ...warn, ...approvals].flatMap(({ when }) =>
    when === undefined || isRisk(when) ? [] : [when],
  );
  const conditions = [...new Set(written)];
  const question = { conditions, facts: toFacts(plan, occasion), steps: plan.steps };
  const answers = conditions.length > 0 ? await askConditions(question, signal) : [];
  const broken: ConditionAnswer = { kind: 'broken', why: 'was not evaluated' };
  const answerOf = (when: string): ConditionAnswer => {
    if (isRisk(when)) return answerRisk(when, plan);
    return answers[conditions.indexOf(when)] ?? broken;
  };
  return {
    findings: [
      ...deny.flatMap((guard) => find(guard, answerOf(guard.when), { plan, kind: 'deny' })),
      ...warn.flatMap((guard) => find(guard, answerOf(guard.when), { plan, kind: 'warn' })),
    ],
    asked: approvals.flatMap((one) => ask(one, answerOf, judging)),
  };
}

function toFacts({ steps, gaps, purpose, owned }: JudgedPlan, occasion: RuleOccasion): RuleFacts {
  const { stack, mergeRequest, paths } = occasion;
  const count = (action: Change['action']): number =>
    steps.filter((step) => step.action === action).length;
  const found = new Set(steps.flatMap(risksOf));
  const plan = {
    purpose,
    steps: steps.length,
    creates: count('create'),
    updates: count('update'),
    replaces: count('replace'),
    deletes: count('delete'),
    takeOvers: count('take-over'),
    executes: count('execute'),
    drifted: steps.filter(({ cause }) => cause === 'drift').length,
    owned,
    gaps: gaps.map(({ message }) => message),
    risks: risks.filter((risk) => found.has(risk) || (risk === 'opaque' && hasOpaqueGap(gaps))),
    paths,
  };
  return { plan, stack, mergeRequest };
}

/** Where not even the resources are known, there is no change that could bear the risk. */
function hasOpaqueGap(gaps: readonly Gap[]): boolean {
  return gaps.some(({ extent }) => extent === 'opaque');
}

function answerRisk(risk: string, { steps, gaps }: JudgedPlan): ConditionAnswer {
  const positions = steps.flatMap((step, position) =>
    risksOf(step).some((one) => one === risk) ? [position] : [],
  );
  if (positions.length > 0) return { kind: 'yes', positions };
  const blind = risk === 'opaque' && hasOpaqueGap(gaps);
  return blind ? { kind: 'yes', positions: [] } : { kind: 'no' };
}

interface Finding {
  readonly plan: JudgedPlan;
  readonly kind: 'deny' | 'warn';
}

function find(
  { say }: GuardCondition,
  answer: ConditionAnswer,
  { plan, kind }: Finding,
): readonly GuardFinding[] {
  if (answer.kind === 'no') return [];
  const about = answer.kind === 'broken' ? `its condition ${answer.why}` : name(answer, plan);
  const message = about === '' ? say : `${say} (${about})`;
  return [{ guard: kind, severity: kind === 'deny' ? 'error' : 'warning', message }];
}

const mostNamed = 3;

function name(
  { positions }: Extract<ConditionAnswer, { kind: 'yes' }>,
  { steps }: JudgedPlan,
): string {
  const named = positions.slice(0, mostNamed).flatMap((position) => steps[position]?.id ?? []);
  const more = positions.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function ask(
  requirement: ApprovalRequirement,
  answerOf: (when: string) => ConditionAnswer,
  { plan, occasion }: Judging,
): readonly AskedRequirement[] {
  const { when, say, ...wanted } = requirement;
  const because = when === undefined ? undefined : explain({ when, say }, answerOf(when), plan);
  if (when !== undefined && because === undefined) return [];
  const asked = { ...wanted, ...(because !== undefined && { because }) };
  return wanted.from.includes('codeowners') ? askOwners(asked, occasion) : [asked];
}

/** Half a sentence after "since"; `undefined` when the condition does not hold. */
function explain(
  { when, say }: { readonly when: string; readonly say: string | undefined },
  answer: ConditionAnswer,
  plan: JudgedPlan,
): string | undefined {
  if (answer.kind === 'no') return undefined;
  const what = say ?? (isRisk(when) ? riskWords[when] : `\`${shorten(when)}\` holds`);
  if (answer.kind === 'broken') return `${what} (its condition ${answer.why})`;
  const named = name(answer, plan);
  return named === '' ? what : `${what} (${named})`;
}

const riskWords = {
  deletion: 'something is deleted',
  replacement: 'something is replaced',
  'data-loss': 'data is lost',
  interruption: 'what runs is interrupted',
  'take-over': 'something that exists is taken over',
  execution: 'something is executed',
  deferred: 'part of the plan is known only later',
  opaque: 'the plan cannot say what will happen',
} as const;

function shorten(condition: string): string {
  const line = condition.replaceAll(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
