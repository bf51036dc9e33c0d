import { type ChangeSet, ownersPaths } from '@trueup/engine';
import type { Permission } from '@trueup/forge-sdk';

export interface MergeWanted {
  /** Of who wants to merge. */
  readonly permission: Permission;
  /** Its head, as whoever wants to merge it has seen it. */
  readonly commit: string;
  /** The newest one of the merge request; `undefined` for one that was not looked at yet. */
  readonly set: Pick<ChangeSet, 'head' | 'weakened'> | undefined;
}

/** Files by which rules are changed: what they give has to be judged for the very heads that are merged. */
export function touchesRules(paths: readonly string[]): boolean {
  return paths.some(
    (path) => path === configurationFile || ownersPaths.some((one) => one === path),
  );
}

const configurationFile = 'trueup.yaml';

/**
 * Why it may not be merged into a followed branch, one sentence: by a merge that takes away from the rules
 * its author could get rid of what stands in the way of the next one. No plan shows that, so no
 * approval covers it; whoever administers answers for it.
 */
export function findMergeObjection({ permission, commit, set }: MergeWanted): string | undefined {
  if (permission === 'admin') return undefined;
  if (set?.head !== commit) return 'Trueup has not looked at this head yet: try again in a moment.';
  const [first] = set.weakened ?? [];
  if (first === undefined) return undefined;
  return `It takes away from the rules, so an administrator has to merge it: ${first}`;
}
