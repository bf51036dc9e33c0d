import type { EffectiveRule } from '../configuration/configuration.ts';
import type { OwnersFile } from '../owners/parse-owners.ts';
import type { MergeRequestFacts, StackFacts } from './condition.ts';
import { isRisk } from './risk.ts';

/** What a plan is about, beyond its changes. */
export interface RuleOccasion {
  readonly stack: StackFacts;
  readonly mergeRequest: MergeRequestFacts;
  /** Files that changed, of those that the stack reads; empty where that is not known. */
  readonly paths: readonly string[];
  /** CODEOWNERS of the followed branch's head. `unreadable`: it is there, and no file for people. */
  readonly owners: OwnersFile | 'absent' | 'unreadable';
}

/** What of it the rules look at: the rest may be left empty. */
export interface AskedOccasion {
  readonly paths: boolean;
  readonly owners: boolean;
}

export function whatIsAsked({
  approvals,
  guards,
}: Pick<EffectiveRule, 'approvals' | 'guards'>): AskedOccasion {
  const owners = approvals.some(({ from }) => from.includes('codeowners'));
  const whens = [...approvals, ...guards.deny, ...guards.warn].flatMap(({ when }) => when ?? []);
  return { owners, paths: owners || whens.some((when) => !isRisk(when)) };
}
