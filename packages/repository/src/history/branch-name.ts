import { StalledError } from '@trueup/diagnostics';

/**
 * The full name of a branch's ref. `REPOSITORY_BRANCH_INVALID` (stalled) for a name that git does
 * not take (git-check-ref-format), or that would mean something else to it.
 */
export function branchRef(branch: string): string {
  if (!isBranchName(branch)) {
    throw new StalledError(
      'REPOSITORY_BRANCH_INVALID',
      `${branch}: not a name of a branch`,
      branch,
    );
  }
  return `refs/heads/${branch}`;
}

export function isBranchName(name: string): boolean {
  if (name === '' || name.length > 250 || name === '@' || name === 'HEAD') return false;
  if (/[\p{Cc} ~^:?*[\\]|\.\.|@\{|^-/u.test(name)) return false;
  return name
    .split('/')
    .every((part) => part !== '' && !part.startsWith('.') && !/(?:\.lock|\.)$/.test(part));
}
