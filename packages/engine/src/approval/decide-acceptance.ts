/**
 * Decides whether a plan may be applied (P2).
 *
 * A1. What is covered by an approval, or was accepted when this run was planned first, goes on.
 * A2. Where no rule asks for approvals, what is planned is accepted as planned.
 * A3. Taking over what already existed, and whatever a guard found, always asks a person.
 * A4. A run that was accepted once, and whose plan then came to hold more, is held if people have
 *     to approve it: what they saw is no longer what would be done.
 */
import type { Change } from '@trueup/provider-sdk';

import { type ChangePlace, type Digest, isCovered } from '../plan/digest.ts';
import type { ScreenedPlan } from '../plan/screen-plan.ts';
import type { Run } from '../run/run.ts';
import type { RunRule } from '../run/run-rule.ts';
import type { Approval } from './approval.ts';

export type Acceptance =
  /** `accepted` is what the run may do from now on, that which it might before included. */
  | { readonly kind: 'go'; readonly accepted: readonly Digest[] }
  | { readonly kind: 'ask'; readonly missing: readonly Digest[]; readonly reason: string }
  | { readonly kind: 'hold'; readonly reason: 'plan-moved' | 'guard'; readonly message: string };

export interface AcceptanceRequest {
  readonly run: Pick<Run, 'accepted' | 'purpose' | 'requestedBy'>;
  readonly plan: ScreenedPlan;
  readonly place: ChangePlace;
  readonly approvals: readonly Approval[];
  readonly rule: Pick<RunRule, 'approvals' | 'countsApproval'>;
}

export function decideAcceptance(request: AcceptanceRequest): Acceptance {
  const { run, plan, place, rule } = request;
  const steps = plan.changes.map(({ change }) => change).filter(({ action }) => action !== 'none');
  const findings = plan.findings.filter(({ severity }) => severity === 'error');
  const takeOvers = steps.some(({ action }) => action === 'take-over');
  const heals = run.purpose === 'heal';
  const asksPeople = !heals && (rule.approvals > 0 || takeOvers || findings.length > 0);

  const approved = approvedDigests(request, Math.max(rule.approvals, 1));
  const covered = new Set([...run.accepted, ...approved]);
  const open = steps.filter((change) => !isCovered(covered, place, change));
  const accepted = [...new Set([...covered, ...plan.digests.values()])].sort();

  if (open.length === 0) return { kind: 'go', accepted: [...covered].sort() };
  if (!asksPeople) return { kind: 'go', accepted };
  if (run.accepted.length > 0) {
    return { kind: 'hold', reason: 'plan-moved', message: describeMove(open) };
  }
  if (findings.length > 0) {
    const message = findings.map((finding) => finding.message).join(' ');
    return { kind: 'hold', reason: 'guard', message };
  }
  return {
    kind: 'ask',
    missing: open.flatMap(({ id }) => plan.digests.get(id) ?? []).sort(),
    reason: takeOvers
      ? 'Resources that exist already would be taken over.'
      : `A rule asks for ${rule.approvals} approval${rule.approvals === 1 ? '' : 's'}.`,
  };
}

/** Digests that enough different members stand behind. */
function approvedDigests(
  { approvals, rule, run }: AcceptanceRequest,
  count: number,
): readonly Digest[] {
  const backers = new Map<Digest, Set<string>>();
  for (const { state, actor, digests } of approvals) {
    if (state !== 'given' || !rule.countsApproval(actor, run.requestedBy)) continue;
    for (const digest of digests) {
      const members = backers.get(digest) ?? new Set();
      backers.set(digest, members.add(actor));
    }
  }
  return [...backers].flatMap(([digest, members]) => (members.size >= count ? [digest] : []));
}

function describeMove(open: readonly Change[]): string {
  const shown = open.slice(0, 5).map(({ action, id }) => `${action} ${id}`);
  const more = open.length > shown.length ? ` and ${open.length - shown.length} more` : '';
  return `The target moved since this was accepted. New: ${shown.join(', ')}${more}.`;
}
