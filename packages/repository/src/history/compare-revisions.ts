import type { Revision } from '@trueup/engine';

import type { Mirror } from '../mirror/open-mirror.ts';
import { checkRevision } from './look-at-branch.ts';

/** One path that differs between two revisions. A rename is one path less and one more. */
export interface PathChange {
  readonly path: string;
  readonly kind: 'added' | 'changed' | 'removed';
}

/**
 * The files in which two revisions (or trees) differ, in the order of their paths. Compares trees, so that its
 * cost grows with what differs, not with the repository. Without `from` all files are added.
 */
export async function compareRevisions(
  mirror: Mirror,
  from: Revision | undefined,
  to: Revision,
  signal: AbortSignal,
): Promise<readonly PathChange[]> {
  const base = from === undefined ? emptyTreeFor(to) : checkRevision(from);
  const options = ['-r', '-z', '--raw', '--no-renames', '--no-ext-diff', '--no-abbrev'];
  const arguments_ = ['diff-tree', ...options, base, checkRevision(to), '--'];
  const { stdout } = await mirror.run({ arguments: arguments_ }, signal);
  return parseRawDiff(stdout.toString());
}

/** `:OLDMODE NEWMODE OLDID NEWID STATUS NUL PATH NUL`, again and again. */
export function parseRawDiff(text: string): readonly PathChange[] {
  const parts = text.split('\0');
  const changes: PathChange[] = [];
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [head = '', path = ''] = [parts[index], parts[index + 1]];
    changes.push({ path, kind: kindOf(head.slice(head.lastIndexOf(' ') + 1)) });
  }
  return changes;
}

function kindOf(status: string): PathChange['kind'] {
  if (status === 'A') return 'added';
  return status === 'D' ? 'removed' : 'changed';
}

/** The id of no files at all. git knows it without having it. */
function emptyTreeFor({ length }: Revision): string {
  return length === 40
    ? '4b825dc642cb6eb9a060e54bf8d69288fbee4904'
    : '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321';
}
