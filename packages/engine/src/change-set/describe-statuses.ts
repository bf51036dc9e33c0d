/** What a forge is told of a change set's commit, so that it can keep it from being merged. */
import type { CommitStatus } from '@trueup/forge-sdk';

import type { Denial } from '../rules/find-denial.ts';
import type { StackId } from '../stack/stack-record.ts';
import { isOpen } from './advance-change-set.ts';
import type { ChangeSet } from './change-set.ts';

export interface StatusRequest {
  readonly set: ChangeSet;
  /** Stacks whose plans wait for somebody's word. */
  readonly unapproved: ReadonlySet<StackId>;
  /** Whether anybody is asked for approval at all. */
  readonly asksPeople: boolean;
  /** What guards found and nobody overruled. Nothing if absent. */
  readonly denial?: Denial;
  /** RFC 3339. Nothing of it may be applied before, so that it should not be merged either. */
  readonly frozenUntil?: string;
  /** Where people read all of it. No link if absent. */
  readonly url?: string;
  /** How its runs stand, once it is merged. */
  readonly applied?: { readonly state: CommitStatus['state']; readonly description: string };
}

/** `trueup/plan` and `trueup/approval`; after the merge `trueup/apply`; nothing of what is over. */
export function describeStatuses(request: StatusRequest): readonly CommitStatus[] {
  const { url } = request;
  return listStatuses(request).map((status) => (url === undefined ? status : { ...status, url }));
}

function listStatuses(request: StatusRequest): readonly CommitStatus[] {
  if (request.applied) return [{ context: 'trueup/apply', ...request.applied }];
  if (!isOpen(request.set)) return [];
  return [planStatus(request), approvalStatus(request)];
}

function planStatus({ set: { phase, stacks, diagnostics }, denial }: StatusRequest): CommitStatus {
  const context = 'trueup/plan';
  const states = Object.values(stacks);
  const count = (name: string): number => states.filter((state) => state.name === name).length;
  const total = states.length;
  if (phase.name === 'conflicting') {
    const files = phase.files.length === 1 ? '1 file' : `${phase.files.length} files`;
    return {
      context,
      state: 'failed',
      description: `conflicts with the target branch in ${files}`,
    };
  }
  if (phase.name === 'planning') {
    const done = total - count('waiting');
    return { context, state: 'pending', description: `planned ${done} of ${countStacks(total)}` };
  }
  if (diagnostics.length > 0) {
    return { context, state: 'failed', description: 'trueup.yaml has mistakes' };
  }
  const failed = count('failed');
  if (failed > 0) {
    return { context, state: 'failed', description: `${countStacks(failed)} cannot be planned` };
  }
  if (denial) return { context, state: 'failed', description: describeDenial(denial) };
  const refused = count('refused');
  if (refused > 0) {
    const description = `${countStacks(refused)} not planned before somebody who may says so`;
    return { context, state: 'pending', description };
  }
  const deferred = count('deferred');
  const later = deferred > 0 ? `, ${deferred} later` : '';
  const planned = `planned ${countStacks(total - deferred)}${later}`;
  return { context, state: 'passed', description: total === 0 ? 'touches no stack' : planned };
}

function approvalStatus(request: StatusRequest): CommitStatus {
  const { set, unapproved, asksPeople, frozenUntil } = request;
  const context = 'trueup/approval';
  const unknown = Object.values(set.stacks).some(({ name }) => unplanned.has(name));
  if (set.phase.name !== 'planned' || unknown) {
    return { context, state: 'pending', description: 'waits for the plan' };
  }
  if ((set.weakened ?? []).length > 0) {
    const description = 'takes away from the rules: an administrator merges it';
    return { context, state: 'failed', description };
  }
  if (unapproved.size > 0) {
    const description = `${countStacks(unapproved.size)} to be approved`;
    return { context, state: 'pending', description };
  }
  if (frozenUntil !== undefined) {
    return { context, state: 'pending', description: `frozen until ${frozenUntil}` };
  }
  const description = asksPeople ? 'approved' : 'nobody has to approve';
  return { context, state: 'passed', description };
}

/** Forges cut what is longer, some in the middle of a word. */
const longestDescription = 130;

function describeDenial({ stacks, message }: Denial): string {
  const text = `denied in ${countStacks(stacks.length)}: ${message}`;
  return text.length > longestDescription ? `${text.slice(0, longestDescription - 1)}…` : text;
}

/** Of these nobody knows yet who would have to approve them. */
const unplanned: ReadonlySet<string> = new Set(['waiting', 'refused', 'failed']);

function countStacks(count: number): string {
  return count === 1 ? '1 stack' : `${count} stacks`;
}
