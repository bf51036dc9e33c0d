/**
 * Whether a branch of this name could be taken for something else: for the commit whose id it bears, so that
 * a link to that shows another one, or for another branch by its full name.
 */
export function isMistakable(name: string): boolean {
  return isCommitId(name) || name.startsWith('refs/');
}

/** In full. */
export function isCommitId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(text);
}
