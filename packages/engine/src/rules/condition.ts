/** Conditions in CEL: what they speak about, and what they come to. */
import type { Change } from '@trueup/provider-sdk';

import type { Purpose } from '../run/run.ts';

/** What a condition may speak about besides the change: the variables `plan`, `stack`, `mergeRequest`. */
export interface RuleFacts {
  readonly plan: PlanFacts;
  readonly stack: StackFacts;
  readonly mergeRequest: MergeRequestFacts;
}

/** The plan as a whole. Counts are of steps: what stays as it is is not among them. */
export interface PlanFacts {
  readonly purpose: Purpose;
  readonly steps: number;
  readonly creates: number;
  readonly updates: number;
  readonly replaces: number;
  readonly deletes: number;
  readonly takeOvers: number;
  readonly executes: number;
  /** Steps that are there because the target moved. */
  readonly drifted: number;
  /** How many resources the stack owns. */
  readonly owned: number;
  /** What the plan could not look into, a sentence each. */
  readonly gaps: readonly string[];
  /** Of all steps, see `Risk`. */
  readonly risks: readonly string[];
  /** Files that changed, of those that the stack reads. */
  readonly paths: readonly string[];
}

export interface StackFacts {
  /** Without the repository. */
  readonly name: string;
  readonly repository: string;
  readonly path: string;
  readonly target: string;
  readonly provider: string;
}

/** Written by whoever opened it, except for the forge's ids: a rule should not trust a title. */
export interface MergeRequestFacts {
  /** False for a run that no known merge request brought; all else is empty then. */
  readonly known: boolean;
  readonly number: number;
  /** Account on the forge: `gitea:42`. */
  readonly author: string;
  /** Its branch lies in another repository. */
  readonly fork: boolean;
  readonly labels: readonly string[];
}

export const noMergeRequest: MergeRequestFacts = {
  known: false,
  number: 0,
  author: '',
  fork: false,
  labels: [],
};

export interface ConditionQuestion {
  /** In CEL. */
  readonly conditions: readonly string[];
  readonly facts: RuleFacts;
  readonly steps: readonly Change[];
}

/** What a condition came to, for one plan. */
export type ConditionAnswer =
  | { readonly kind: 'no' }
  /** For which steps, by position; none for a condition that does not speak of `change`. */
  | { readonly kind: 'yes'; readonly positions: readonly number[] }
  /** Nobody knows: whoever asks takes the safe side. `why` is half a sentence. */
  | { readonly kind: 'broken'; readonly why: string };

/**
 * One answer for each condition. A condition that speaks of `change` is asked for every step, the
 * others once for the plan. It takes bounded time and memory, whatever the conditions are.
 */
export type AskConditions = (
  question: ConditionQuestion,
  signal: AbortSignal,
) => Promise<readonly ConditionAnswer[]>;
