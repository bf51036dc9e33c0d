import type { MergeMethod } from '@trueup/forge-sdk';

/** A repository that lies with us. What its branches lead to is Git's to say, and stands not here. */
export interface HostedRepository {
  /** Names its folder and its records, for good. */
  readonly id: string;
  /** Unique: `shop/gitops`. */
  readonly path: string;
  readonly defaultBranch: string;
  /** RFC 3339. */
  readonly createdAt: string;
  /** Of the newest merge request; 0 before the first one. */
  readonly lastNumber: number;
  /** Of the newest comment or review, counted together. */
  readonly lastId: number;
  readonly mergeMethods: readonly MergeMethod[];
  readonly protections: readonly Protection[];
}

/**
 * Branches that change by merge requests only: nobody pushes to them, deletes or replaces them. The first
 * push, which makes the branch, is let through. Several that fit one branch all hold.
 */
export interface Protection {
  /** Name of a branch; `*` stands for any characters. */
  readonly pattern: string;
  /** Names of checks and statuses that have to have passed on the head. */
  readonly checks: readonly string[];
  /** How many others have to have approved the head. */
  readonly approvals: number;
  /** Whether every thread has to be resolved. */
  readonly resolvedThreads: boolean;
}

export const allMergeMethods: readonly MergeMethod[] = ['merge', 'squash', 'fast-forward'];

/**
 * A path is at least two parts of small letters, digits, `.`, `_` and `-`: it is a part of addresses, and
 * file systems differ about capitals.
 */
export function isHostedPath(path: string): boolean {
  const parts = path.split('/');
  return (
    parts.length >= 2 &&
    path.length <= 200 &&
    parts.every((part) => /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/.test(part)) &&
    !path.includes('..') &&
    !parts.some((part) => part.endsWith('.git') || part.endsWith('.lock'))
  );
}
