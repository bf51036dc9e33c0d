import type { Approval, ChangeSet } from '@trueup/api';

export interface Objection {
  readonly stack: string;
  readonly reason: string;
}

/** Why approvals that were given do not count, by their stacks. */
export function findObjections(
  { stacks }: Pick<ChangeSet, 'stacks'>,
  given: readonly Pick<Approval, 'stack' | 'actor'>[],
): readonly Objection[] {
  return given.flatMap(({ stack, actor }) => {
    const { approval } = (Object.hasOwn(stacks, stack) && stacks[stack]) || {};
    const found = approval?.uncounted.find(({ who }) => who === actor || `member:${who}` === actor);
    return found ? [{ stack, reason: found.reason }] : [];
  });
}
