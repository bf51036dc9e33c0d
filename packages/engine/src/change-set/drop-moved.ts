/**
 * Decides which approvals of a merge request still hold: those of which everything is still planned, or is
 * done (P2). What comes in addition is not covered, and waits for approval by itself. What cannot be told at present (a plan on its way, or that failed) drops nothing.
 */
import type { Change } from '@trueup/provider-sdk';

import type { Approval } from '../approval/approval.ts';
import { type ChangePlace, coveringDigests, isCovered } from '../plan/digest.ts';
import type { StackId } from '../stack/stack-record.ts';
import type { ChangeSet } from './change-set.ts';

/** What is planned for one stack now. */
export interface PlannedSteps {
  readonly steps: readonly Change[];
  readonly place: ChangePlace;
}

/** Those that no longer hold, as they are to be written. */
export function dropMoved(
  { stacks }: Pick<ChangeSet, 'stacks'>,
  approvals: readonly Approval[],
  planned: ReadonlyMap<StackId, PlannedSteps>,
): readonly Approval[] {
  return approvals.flatMap((approval): readonly Approval[] => {
    if (approval.state !== 'given') return [];
    const dropped = whyMoved(approval, stacks, planned.get(approval.stack));
    return dropped === undefined ? [] : [{ ...approval, state: 'dropped', dropped }];
  });
}

const shown = 3;

function whyMoved(
  { stack, digests }: Approval,
  stacks: ChangeSet['stacks'],
  now: PlannedSteps | undefined,
): string | undefined {
  const state = Object.hasOwn(stacks, stack) ? stacks[stack] : undefined;
  if (!state) return 'the stack is no longer touched';
  if (state.name === 'waiting' || state.name === 'failed') return undefined;
  if (state.name !== 'planned') return `the stack is ${state.name} now`;
  if (!now) return undefined;
  const known = new Set(digests);
  const open = now.steps.filter((change) => !isCovered(known, now.place, change));
  // What came in addition waits for approval by itself.
  const ways = new Set(now.steps.flatMap((change) => coveringDigests(now.place, change)));
  const whole = digests.every((digest) => ways.has(digest));
  if (open.length > 0 && !whole) {
    const named = open.slice(0, shown).map(({ action, id }) => `${action} ${id}`);
    const more = open.length > shown ? ` and ${open.length - shown} more` : '';
    return `not approved: ${named.join(', ')}${more}`;
  }
  return now.steps.length === 0 ? 'nothing is to be done any more' : undefined;
}
