import { frozenUntil } from '../freeze/frozen-until.ts';
import type { AskConditions } from '../rules/condition.ts';
import { isJudged, judgePlan } from '../rules/judge-plan.ts';
import { findObjection, type KnownMember } from '../rules/objection.ts';
import { type AskedOccasion, type RuleOccasion, whatIsAsked } from '../rules/rule-occasion.ts';
import type { RunRule } from '../run/run-rule.ts';
import type { EffectiveRule } from './configuration.ts';
import { matchesResource } from './match-glob.ts';

/** What is known of a member; `undefined` when there is none of this name. */
export type FindMember = (name: string) => KnownMember | undefined;

export interface RulePorts {
  readonly findMember: FindMember;
  readonly askConditions: AskConditions;
  /** What the plan is about. Asked for when somebody has to know, since it may take a look at Git. */
  readonly occasion: (asked: AskedOccasion, signal: AbortSignal) => Promise<RuleOccasion>;
  readonly stack: { readonly repository: string; readonly name: string };
}

/** What the rules say, as a run asks for it. Whoever is no member counts for nothing. */
export function toRunRule(rule: EffectiveRule, ports: RulePorts): RunRule {
  const { guards, drift, foreign, freezes, healthTimeoutMs, healDuringFreeze } = rule;
  const { findMember, askConditions, stack } = ports;
  return {
    objection: (name, requirement, authors) =>
      findObjection({ member: findMember(name), requirement, authors, stack }),
    judge: async (plan, signal) => {
      if (!isJudged(rule, plan)) return { findings: [], asked: [] };
      const occasion = await ports.occasion(whatIsAsked(rule), signal);
      return judgePlan(rule, { plan, occasion, askConditions, signal });
    },
    guards: {
      maxDeletions: guards.maxDeletions,
      maxDeletionsPercent: guards.maxDeletionsPercent,
      allowsProtected: (id) => matchesResource(id, guards.allowProtected),
    },
    healsDrift: drift === 'heal',
    proposesDrift: drift === 'propose',
    foreign,
    healthTimeoutMs,
    frozenUntil: (atMs, purpose) => {
      if (purpose === 'heal' && healDuringFreeze) return undefined;
      return frozenUntil(freezes, atMs)?.untilMs;
    },
  };
}
