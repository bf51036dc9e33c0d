/**
 * What somebody has before their eyes, against what is true by now.
 *
 * S1. What is shown changes only when nobody can be misled by it: while its digest stays the same, or
 *     when whoever looks asks for the new plan.
 * S2. Only digests that are shown and still true are approved.
 */
import type { ChangeSet } from '@trueup/api';

export interface ShownSet {
  readonly shown: ChangeSet;
  /** What has taken its place. */
  readonly newer?: ChangeSet;
}

/** `before` is what was shown, if anything was. */
export function keepShown(before: ChangeSet | undefined, newest: ChangeSet): ShownSet {
  if (!before || before.number !== newest.number || before.repository !== newest.repository) {
    return { shown: newest };
  }
  if (before.digest === newest.digest) return { shown: newest };
  // Plans that were still missing mislead nobody when they come.
  if (before.phase === 'planning' && holdsPlansOf(before, newest)) return { shown: newest };
  return { shown: before, newer: newest };
}

function holdsPlansOf(before: ChangeSet, { stacks }: ChangeSet): boolean {
  return Object.entries(before.stacks).every(
    ([name, { state, digest }]) => state !== 'planned' || stacks[name]?.digest === digest,
  );
}

/** Full names of the stacks whose plans are no longer the ones that are shown. */
export function staleStacks({ shown, newer }: ShownSet): ReadonlySet<string> {
  if (!newer) return new Set();
  return new Set(
    Object.entries(shown.stacks)
      .filter(([name, { digest }]) => newer.stacks[name]?.digest !== digest)
      .map(([name]) => name),
  );
}

/** Whether anything of it can still be approved. */
export function isOpenToApproval({ phase }: ChangeSet): boolean {
  return phase === 'planned' || phase === 'planning';
}
