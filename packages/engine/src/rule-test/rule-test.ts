import type { Origin } from '@trueup/diagnostics';
import type { Change, Gap } from '@trueup/provider-sdk';

import type { MergeRequestFacts, StackFacts } from '../rules/condition.ts';
import type { KnownMember } from '../rules/objection.ts';
import type { Purpose } from '../run/run.ts';

/** What somebody expects of the rules, read from a file beside the repository. */
export interface RuleTest {
  readonly name: string;
  /** Where it is written. */
  readonly origin: Origin;
  readonly given: RuleTestGiven;
  readonly expect: RuleTestExpectation;
}

/** A plan, and what is around it. */
export interface RuleTestGiven {
  readonly stack: StackFacts;
  readonly purpose: Purpose;
  readonly changes: readonly Change[];
  readonly gaps: readonly Gap[];
  /** How many resources the stack owns. */
  readonly owned: number;
  readonly mergeRequest: MergeRequestFacts;
  readonly paths: readonly string[];
  /** Actors, as {@link KnownMember} is told from them. */
  readonly authors: readonly string[];
  /** Who may approve, and who they are. */
  readonly members: readonly KnownMember[];
  /** Names of members who approved all of it. */
  readonly approvedBy: readonly string[];
  /** Milliseconds since 1970; absent where no freeze is asked for. */
  readonly atMs?: number;
}

/** What is absent is not looked at. */
export interface RuleTestExpectation {
  /** Each is part of one message, and each message has one of them. Empty: nothing is denied. */
  readonly deny?: readonly string[];
  readonly warn?: readonly string[];
  /** All that is asked, in any order. Empty: nobody is asked. */
  readonly approvals?: readonly ExpectedApproval[];
  /** Whether enough people stand behind the plan. */
  readonly approved?: boolean;
  readonly frozen?: boolean;
}

export interface ExpectedApproval {
  readonly count: number;
  /** `group:NAME`, `member:NAME`, and owners as CODEOWNERS writes them. */
  readonly from: readonly string[];
}

export interface RuleTestResult {
  readonly name: string;
  readonly origin: Origin;
  /** What came out otherwise, a sentence each. Empty: it passed. */
  readonly failures: readonly string[];
}
