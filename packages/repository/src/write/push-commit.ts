import { StalledError } from '@trueup/diagnostics';
import type { Revision } from '@trueup/engine';

import { branchRef } from '../history/branch-name.ts';
import { checkRevision } from '../history/look-at-branch.ts';
import type { Mirror } from '../mirror/open-mirror.ts';

export interface PushRequest {
  readonly revision: Revision;
  readonly branch: string;
  /** Where the branch has to be right now. Absent: it must not exist. */
  readonly expected?: Revision;
}

/**
 * - `pushed`: the branch is at the revision, also when it was so before.
 * - `moved`: the branch is elsewhere than expected, and was left alone. Fetch and look again.
 */
export type PushOutcome = { readonly kind: 'pushed' } | { readonly kind: 'moved' };

/**
 * Moves a branch of the remote in one step, or not at all. Rejects with `REPOSITORY_PUSH_REFUSED`
 * (stalled) when the server's rules forbid it, and as every access to the remote does. After an
 * abort or a lost connection the branch may have moved: a fetch tells.
 */
export async function pushCommit(
  mirror: Mirror,
  { revision, branch, expected }: PushRequest,
  signal: AbortSignal,
): Promise<PushOutcome> {
  const ref = branchRef(branch);
  const lease = `--force-with-lease=${ref}:${expected === undefined ? '' : checkRevision(expected)}`;
  const options = ['push', '--porcelain', '--no-verify', '--no-follow-tags', '--atomic', lease];
  const { stdout } = await mirror.runRemote(
    {
      arguments: (url) => [
        ...options,
        '--end-of-options',
        url,
        `${checkRevision(revision)}:${ref}`,
      ],
      answers: [0, 1],
      timeoutMs: 300_000,
    },
    signal,
  );
  return readOutcome(stdout.toString(), mirror.name, branch);
}

/** One line for the ref: `FLAG TAB FROM:TO TAB SUMMARY (REASON)`. */
function readOutcome(text: string, name: string, branch: string): PushOutcome {
  const line = text.split('\n').find((one) => /^[ +*=!-]\t/.test(one)) ?? '';
  if (/^[ +*=]\t/.test(line)) return { kind: 'pushed' };
  if (
    /\((?:stale info|fetch first|non-fast-forward|needs force|remote ref updated since)/.test(line)
  ) {
    return { kind: 'moved' };
  }
  // The server compares as well; what changed since it told us the branch's place fails there.
  if (
    /failed to (?:update|lock) ref|cannot lock ref|reference already exists|incorrect old value/.test(
      line,
    )
  ) {
    return { kind: 'moved' };
  }
  const message = `${name}: ${branch} not pushed: the server's rules refused it`;
  throw new StalledError('REPOSITORY_PUSH_REFUSED', message, name);
}
