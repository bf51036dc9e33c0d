/**
 * Decides whether a plan may be applied (P2).
 *
 * A1. What is covered by an approval, or was accepted when this run was planned first, goes on.
 * A2. Where no rule asks for approvals, what is planned is accepted as planned.
 * A3. Taking over what already existed, and whatever a guard found, always asks a person.
 * A4. A run that was accepted once, and whose plan then came to hold more, is held if people have
 *     to approve it: what they saw is no longer what would be done. So is one whose merge request
 *     was approved with another plan.
 * A5. What guards found only after a merge request was approved asks again: nobody has seen it.
 */
import type { Change } from '@trueup/provider-sdk';

import { type ChangePlace, type Digest, digestChange, isCovered } from '../plan/digest.ts';
import type { GuardFinding } from '../plan/plan-record.ts';
import type { Run } from '../run/run.ts';
import type { RunRule } from '../run/run-rule.ts';
import type { JudgedScreen } from '../run/run-session.ts';
import type { Approval } from './approval.ts';
import { type ApprovalWord, decideApproval, describeRequirement } from './decide-approval.ts';
import { describeDifference } from './describe-difference.ts';
import type { MergedRequest, MergedWork } from './merged-request.ts';

export type Acceptance =
  /** `accepted` is what the run may do from now on, that which it might before included. */
  | { readonly kind: 'go'; readonly accepted: readonly Digest[] }
  | { readonly kind: 'ask'; readonly missing: readonly Digest[]; readonly reason: string }
  | {
      readonly kind: 'hold';
      readonly reason: 'plan-moved' | 'guard' | 'person';
      readonly message: string;
    };

export interface AcceptanceRequest {
  readonly run: Pick<Run, 'accepted' | 'purpose' | 'resumedBy'>;
  readonly plan: JudgedScreen;
  readonly place: ChangePlace;
  /** Of the run itself. */
  readonly approvals: readonly Approval[];
  /** What brought the run's revision, and was said there. */
  readonly merged: MergedWork;
  readonly rule: Pick<RunRule, 'objection'>;
}

export function decideAcceptance(request: AcceptanceRequest): Acceptance {
  const { run, plan, place, rule, merged } = request;
  const steps = plan.changes.map(({ change }) => change).filter(({ action }) => action !== 'none');
  const findings = plan.findings.filter(({ severity }) => severity === 'error');
  const decision = decideApproval({
    rule,
    asked: plan.asked,
    steps,
    place,
    findings,
    words: wordsOf(request),
  });
  const asksPeople = run.purpose !== 'heal' && decision.asksPeople;

  const before = new Set(run.accepted);
  const covered = [...new Set([...before, ...decision.covered])].sort();
  const known = new Set(covered);
  const open = (asksPeople ? decision.open : steps).filter(
    (change) => !isCovered(known, place, change),
  );
  const holder = merged.requests.find(({ holdBy }) => holdBy !== undefined);
  if (steps.length > 0 && holder && run.resumedBy === undefined) {
    return { kind: 'hold', reason: 'person', message: describeHold(holder) };
  }
  if (open.length === 0) return { kind: 'go', accepted: covered };
  if (!asksPeople) {
    return { kind: 'go', accepted: [...new Set([...covered, ...plan.digests.values()])].sort() };
  }
  if (run.accepted.length > 0) {
    return { kind: 'hold', reason: 'plan-moved', message: describeMove(open) };
  }
  const approved = merged.requests.filter(({ approvals }) => approvals.some(isGiven));
  if (approved.length > 0) {
    const message = describeDifference(open, approved, plan.asked);
    return { kind: 'hold', reason: 'plan-moved', message };
  }
  if (findings.length > 0) {
    const message = findings.map((finding) => finding.message).join(' ');
    return { kind: 'hold', reason: 'guard', message };
  }
  return {
    kind: 'ask',
    missing: open.map((change) => digestChange(place, change)).sort(),
    reason: steps.some(({ action }) => action === 'take-over')
      ? 'Resources that exist already would be taken over.'
      : `A rule asks for ${plan.asked.map(describeRequirement).join(', and ')}.`,
  };
}

function isGiven({ state }: Pick<Approval, 'state'>): boolean {
  return state === 'given';
}

/** Those of a merge request speak of what its authors wrote; those of the run of all that it brings. */
function wordsOf({ approvals, plan, merged }: AcceptanceRequest): readonly ApprovalWord[] {
  return [
    ...approvals.map((approval) => ({ approval, authors: merged.authors })),
    ...merged.requests
      .filter((one) => hasSeen(one, plan.findings))
      .flatMap((one) => one.approvals.map((approval) => ({ approval, authors: one.authors }))),
  ];
}

/** A5 */
function hasSeen({ findings }: MergedRequest, found: readonly GuardFinding[]): boolean {
  const seen = new Set(findings.map(({ guard, message }) => `${guard} ${message}`));
  return found.every(
    ({ severity, guard, message }) => severity !== 'error' || seen.has(`${guard} ${message}`),
  );
}

function describeHold({ number, holdBy = '' }: MergedRequest): string {
  return `${holdBy} held merge request ${number}: it waits for \`/trueup apply\`, or for being resumed.`;
}

function describeMove(open: readonly Change[]): string {
  const shown = open.slice(0, 5).map(({ action, id }) => `${action} ${id}`);
  const more = open.length > shown.length ? ` and ${open.length - shown.length} more` : '';
  return `The target moved since this was accepted. New: ${shown.join(', ')}${more}.`;
}
