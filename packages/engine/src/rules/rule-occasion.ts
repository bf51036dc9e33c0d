import type { OwnersFile } from '../owners/parse-owners.ts';
import type { MergeRequestFacts, StackFacts } from './condition.ts';

/** What a plan is about, beyond its changes. */
export interface RuleOccasion {
  readonly stack: StackFacts;
  readonly mergeRequest: MergeRequestFacts;
  /** Files that changed, of those that the stack reads; empty where that is not known. */
  readonly paths: readonly string[];
  /** CODEOWNERS of the followed branch's head. `unreadable`: it is there, and no file for people. */
  readonly owners: OwnersFile | 'absent' | 'unreadable';
}
