import type { HostedRepository, Protection } from './hosted-repository.ts';

/** What protects a branch; empty for one that anybody who may write pushes to. */
export function protectionsOf(
  { protections }: Pick<HostedRepository, 'protections'>,
  branch: string,
): readonly Protection[] {
  return protections.filter(({ pattern }) => matchesBranch(pattern, branch));
}

/**
 * Whether a pattern fits all of a name. Compared piece by piece, since a regular expression made of a
 * pattern with many stars takes longer than anybody waits.
 */
export function matchesBranch(pattern: string, branch: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === branch;
  if (!branch.startsWith(first)) return false;
  let from = first.length;
  for (const piece of rest) {
    const at = branch.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return branch.length - last.length >= from && branch.endsWith(last);
}
