import type { ForeignRule, ResourceId } from '@trueup/provider-sdk';

import type { AskedRequirement } from '../rules/asked-requirement.ts';
import type { JudgedPlan, RuleVerdict } from '../rules/judge-plan.ts';

/** What the rules of the followed branch's head say for one stack, as far as a run asks. */
export interface RunRule {
  /**
   * Why this member's word does not count for a requirement, in a few words for people; `undefined`
   * where it does. `authors` are the actors who wrote what is to be approved, or asked for it:
   * `commit:ann@example.com`, `member:ann`, `gitea:42`.
   */
  readonly objection: (
    member: string,
    requirement: AskedRequirement,
    authors: readonly string[],
  ) => string | undefined;
  readonly guards: Guards;
  /** What they make of a plan: findings, and whose approval it needs. Asked for every plan anew. */
  readonly judge: (plan: JudgedPlan, signal: AbortSignal) => Promise<RuleVerdict>;
  /** Whether what the target changed on its own is put back by a revision's run as well. */
  readonly healsDrift: boolean;
  /** Whether a merge request is opened that takes what the target changed on its own into Git. */
  readonly proposesDrift: boolean;
  readonly foreign: ForeignRule;
  /** How long a wave, and the whole of it, may take to become healthy. */
  readonly healthTimeoutMs: number;
  /** When the freeze that is in force at this instant ends (both in ms); `undefined` if none is. */
  readonly frozenUntil: (atMs: number, purpose: 'heal' | 'change') => number | undefined;
}

export interface Guards {
  readonly maxDeletions: number;
  /** Of what the stack owns, 0 to 100. Asked only of stacks of five resources or more. */
  readonly maxDeletionsPercent: number;
  /** Whether Git has the explicit words for deleting or replacing a protected resource. */
  readonly allowsProtected: (id: ResourceId) => boolean;
}
