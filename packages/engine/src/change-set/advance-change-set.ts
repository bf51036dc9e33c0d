/**
 * Decides how a change set goes on. Whatever is noted twice, too late, or for a stack that is none of
 * its own, changes nothing.
 */
import type { Diagnostic } from '@trueup/diagnostics';

import { type Digest, digestPlan } from '../plan/digest.ts';
import type { Revision, StackId } from '../stack/stack-record.ts';
import type { ChangeSet, ChangeSetPhase, ChangeSetStack } from './change-set.ts';

export type NewChangeSet = Omit<
  ChangeSet,
  'updatedAt' | 'phase' | 'stacks' | 'merged' | 'diagnostics' | 'weakened'
> & {
  /** What the merge came to: its revision and the stacks that it touches, or the files in conflict. */
  readonly outcome:
    | {
        readonly merged: Revision;
        readonly stacks: readonly StackId[];
        readonly diagnostics: readonly Diagnostic[];
        readonly weakened?: readonly string[];
      }
    | { readonly conflicts: readonly string[] };
};

export function createChangeSet({ outcome, ...rest }: NewChangeSet): ChangeSet {
  const updatedAt = rest.createdAt;
  if ('conflicts' in outcome) {
    const phase = { name: 'conflicting', files: outcome.conflicts } as const;
    return { ...rest, updatedAt, phase, diagnostics: [], stacks: {} };
  }
  const { merged, stacks, diagnostics, weakened = [] } = outcome;
  const waiting = stacks.map((id): [StackId, ChangeSetStack] => [id, { name: 'waiting' }]);
  const phase = { name: 'planning' } as const;
  const less = weakened.length > 0 && { weakened };
  const set = { ...rest, merged, updatedAt, phase, diagnostics, ...less };
  return settle({ ...set, stacks: Object.fromEntries(waiting) });
}

/** Those that have to be planned. Sorted. */
export function waitingStacks({ phase, stacks }: ChangeSet): readonly StackId[] {
  if (phase.name !== 'planning') return [];
  return Object.entries(stacks)
    .filter(([, state]) => state.name === 'waiting')
    .map(([id]) => id)
    .sort();
}

/** Takes up what planning a stack came to, the first time or again. */
export function noteStack(
  set: ChangeSet,
  stack: StackId,
  state: ChangeSetStack,
  at: string,
): ChangeSet {
  if (!(isPlannable(set) && Object.hasOwn(set.stacks, stack))) return set;
  return settle({ ...set, stacks: { ...set.stacks, [stack]: state }, updatedAt: at });
}

/** Ends it. What has ended once stays as it is. */
export function endChangeSet(
  set: ChangeSet,
  phase: Extract<ChangeSetPhase, { readonly name: 'superseded' | 'merged' | 'closed' }>,
  at: string,
): ChangeSet {
  return isOpen(set) ? { ...set, phase, updatedAt: at } : set;
}

/** The merge request waits to be merged, and nothing has taken its place. */
export function isOpen({ phase }: Pick<ChangeSet, 'phase'>): boolean {
  return phase.name === 'conflicting' || isPlannable({ phase });
}

/** It is shown and kept up to date: until it is applied, where it was merged. */
export function isFollowed({ phase }: Pick<ChangeSet, 'phase'>): boolean {
  return isOpen({ phase }) || (phase.name === 'merged' && phase.applied === undefined);
}

/** The merge request is over, not only this state of it. */
export function isOver({ phase }: Pick<ChangeSet, 'phase'>): boolean {
  return phase.name === 'merged' || phase.name === 'closed';
}

function isPlannable({ phase }: Pick<ChangeSet, 'phase'>): boolean {
  return phase.name === 'planning' || phase.name === 'planned';
}

/** Whether it still speaks of these two branches. */
export function speaksOf(
  { head, base }: Pick<ChangeSet, 'head' | 'base'>,
  heads: { readonly head: Revision; readonly base: Revision },
): boolean {
  return head === heads.head && base === heads.base;
}

/** Names all steps of all stacks: what `/trueup approve` of the whole stands for. */
export function digestChangeSet({ stacks }: Pick<ChangeSet, 'stacks'>): Digest {
  return digestPlan(new Set(Object.values(stacks).flatMap(digestsOf)));
}

/** Of the stacks' steps; none where nothing could be planned. */
export function digestsOf(stack: ChangeSetStack): readonly Digest[] {
  return stack.name === 'planned' ? stack.digests : [];
}

function settle(set: ChangeSet): ChangeSet {
  const waits = Object.values(set.stacks).some(({ name }) => name === 'waiting');
  return { ...set, phase: { name: waits ? 'planning' : 'planned' } };
}
