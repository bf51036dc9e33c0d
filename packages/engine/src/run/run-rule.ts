import type { Change, ForeignRule, ResourceId } from '@trueup/provider-sdk';

import type { ApprovalRequirement } from '../configuration/configuration.ts';
import type { GuardFinding } from '../plan/plan-record.ts';

/** What the rules of the followed branch's head say for one stack, as far as a run asks. */
export interface RunRule {
  /** Each has to be met; one person may count for several. Empty: what is planned goes on. */
  readonly approvals: readonly ApprovalRequirement[];
  /** Whether this member's word counts for a requirement, for a run that this actor asked for. */
  readonly countsApproval: (
    member: string,
    requirement: ApprovalRequirement,
    requestedBy: string,
  ) => boolean;
  readonly guards: Guards;
  /** What the rules deny of a plan's steps: findings that hold the run. */
  readonly findDenied: (
    steps: readonly Change[],
    signal: AbortSignal,
  ) => Promise<readonly GuardFinding[]>;
  /** Whether what the target changed on its own is put back by a revision's run as well. */
  readonly healsDrift: boolean;
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
