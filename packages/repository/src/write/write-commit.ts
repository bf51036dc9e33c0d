import type { Revision } from '@trueup/engine';

import type { Person } from '../history/commits-between.ts';
import { checkRevision } from '../history/look-at-branch.ts';
import type { Mirror } from '../mirror/open-mirror.ts';

export interface CommitWords {
  /** Its parent. Absent for the first one of a repository. */
  readonly base?: Revision;
  readonly message: string;
  readonly author: Person;
  readonly committer: Person;
  /** RFC 3339; the time of both. */
  readonly at: string;
}

/** A commit of this tree in the mirror; nobody sees it before it is pushed. The same gives the same one. */
export async function writeCommit(
  mirror: Mirror,
  tree: string,
  { base, message, author, committer, at }: CommitWords,
  signal: AbortSignal,
): Promise<Revision> {
  const parent = base === undefined ? [] : ['-p', base];
  const date = `@${Math.floor(Date.parse(at) / 1000)} +0000`;
  const { stdout } = await mirror.run(
    {
      arguments: ['commit-tree', ...parent, '-F', '-', tree],
      input: message.endsWith('\n') ? message : `${message}\n`,
      environment: {
        GIT_AUTHOR_NAME: cleanName(author.name),
        GIT_AUTHOR_EMAIL: cleanName(author.email),
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_NAME: cleanName(committer.name),
        GIT_COMMITTER_EMAIL: cleanName(committer.email),
        GIT_COMMITTER_DATE: date,
      },
    },
    signal,
  );
  return checkRevision(stdout.toString().trim());
}

/** git drops what would end a name early, and refuses one that has nothing left. */
function cleanName(text: string): string {
  return text.replace(/[\p{Cc}<>]/gu, '').trim() || 'unknown';
}
