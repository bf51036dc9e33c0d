import { StalledError } from '@trueup/diagnostics';
import type { RepositoryRecord, Revision } from '@trueup/engine';
import { SessionError } from '../access/session-error.ts';
import type { GitRepository } from '../repository/git-repository.ts';

const longestMs = 30_000;

/**
 * The mirror also holds what was only proposed, by anybody: going back leads to what was merged once.
 *
 * @throws SessionError `INVALID_REQUEST`.
 */
export async function requireInHistory(
  git: Pick<GitRepository, 'commitsBetween'>,
  { name, branch, head }: Pick<RepositoryRecord, 'name' | 'branch' | 'head'>,
  revision: Revision,
): Promise<void> {
  if (head !== undefined && (await isBehind(git, head, revision))) return;
  const message = `${revision.slice(0, 12)}: not in the history of ${branch} of ${name}`;
  throw new SessionError('INVALID_REQUEST', message);
}

async function isBehind(
  git: Pick<GitRepository, 'commitsBetween'>,
  head: Revision,
  revision: Revision,
): Promise<boolean> {
  const range = { from: head, to: revision, limit: 1 };
  try {
    const strange = await git.commitsBetween(range, AbortSignal.timeout(longestMs));
    return strange.length === 0;
  } catch (error) {
    // It is not there at all.
    if (error instanceof StalledError) return false;
    throw error;
  }
}
