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

import type { ApprovalRequirement } from '../configuration/configuration.ts';
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
  const asksPeople = !heals && (rule.approvals.length > 0 || takeOvers || findings.length > 0);

  const approved = approvedDigests(request);
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
      : describeRequirements(rule.approvals),
  };
}

/** One word is asked for where no rule names a number: a guard, or a take-over. */
const oneWord: ApprovalRequirement = { count: 1, from: [], excludeAuthor: false };

/** Digests that enough different members stand behind, for every requirement. */
function approvedDigests({ approvals, rule, run }: AcceptanceRequest): readonly Digest[] {
  const requirements = rule.approvals.length > 0 ? rule.approvals : [oneWord];
  const enough = (actors: ReadonlySet<string>): boolean =>
    requirements.every((requirement) => {
      const counts = (actor: string): boolean =>
        rule.countsApproval(actor, requirement, run.requestedBy);
      return [...actors].filter(counts).length >= requirement.count;
    });
  return [...backersOf(approvals)].flatMap(([digest, actors]) => (enough(actors) ? [digest] : []));
}

function backersOf(approvals: readonly Approval[]): ReadonlyMap<Digest, ReadonlySet<string>> {
  const backers = new Map<Digest, Set<string>>();
  for (const { state, actor, digests } of approvals) {
    if (state !== 'given') continue;
    for (const digest of digests) {
      const actors = backers.get(digest);
      if (actors) actors.add(actor);
      else backers.set(digest, new Set([actor]));
    }
  }
  return backers;
}

function describeRequirements(requirements: readonly ApprovalRequirement[]): string {
  const wanted = requirements.map(({ count, from }) => {
    const whom = from.length > 0 ? ` from ${from.join(' or ')}` : '';
    return `${count} approval${count === 1 ? '' : 's'}${whom}`;
  });
  return `A rule asks for ${wanted.join(', and ')}.`;
}

function describeMove(open: readonly Change[]): string {
  const shown = open.slice(0, 5).map(({ action, id }) => `${action} ${id}`);
  const more = open.length > shown.length ? ` and ${open.length - shown.length} more` : '';
  return `The target moved since this was accepted. New: ${shown.join(', ')}${more}.`;
}
