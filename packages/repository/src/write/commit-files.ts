import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { StalledError } from '@trueup/diagnostics';
import type { Revision } from '@trueup/engine';

import { parsePath } from '../files/repository-path.ts';
import type { Person } from '../history/commits-between.ts';
import { checkRevision } from '../history/look-at-branch.ts';
import type { Mirror } from '../mirror/open-mirror.ts';
import { isGitName } from './is-git-name.ts';
import { writeCommit } from './write-commit.ts';

export interface FileChange {
  /** From the repository's root. What stands in the way of it, a file or a folder, goes. */
  readonly path: string;
  /** `undefined` removes the file; it is no mistake when there is none. */
  readonly content: Uint8Array | string | undefined;
  /** Kept as it is for a file that exists; not executable otherwise. */
  readonly executable?: boolean;
}

export interface CommitRequest {
  /** What the commit changes. Absent for the first one of a repository. */
  readonly base?: Revision;
  readonly changes: readonly FileChange[];
  readonly message: string;
  readonly author: Person;
  readonly committer: Person;
  /** RFC 3339; the time of both. */
  readonly at: string;
}

/**
 * Makes a commit in the mirror, without a work tree; nobody sees it before it is pushed. The same
 * request always gives the same commit. `undefined` when nothing would change.
 *
 * Rejects with `REPOSITORY_PATH_INVALID` (stalled) for a path that no repository may hold.
 */
export async function commitFiles(
  mirror: Mirror,
  request: CommitRequest,
  signal: AbortSignal,
): Promise<Revision | undefined> {
  const paths = request.changes.map(({ path }) => checkPath(path, mirror.name));
  const base = request.base === undefined ? undefined : checkRevision(request.base);
  const root = base === undefined ? undefined : await mirror.trees.rootOf(base, signal);
  const lines = await Promise.all(
    request.changes.map(async (change, index) => {
      const segments = paths[index] ?? [];
      const place = root && (await mirror.trees.find(root, segments, signal));
      const isProgram = place?.kind === 'entry' && place.entry.kind === 'program';
      const mode = (change.executable ?? isProgram) ? '100755' : '100644';
      const path = segments.join('/');
      if (change.content === undefined) return removal(path, base);
      return await addition(mirror, { mode, path, content: change.content }, signal);
    }),
  );
  const tree = await writeTree(mirror, base, lines.join(''), signal);
  if (tree === root?.id) return undefined;
  return await writeCommit(
    mirror,
    tree,
    { ...request, ...(base !== undefined && { base }) },
    signal,
  );
}

function checkPath(path: string, subject: string): readonly string[] {
  const segments = parsePath(path) ?? [];
  if (segments.length > 0 && !segments.some(isGitName)) return segments;
  const message = `${subject}: not committed: ${path} is no path of a repository`;
  throw new StalledError('REPOSITORY_PATH_INVALID', message, subject);
}

/** `MODE SP ID TAB PATH NUL` */
async function addition(
  mirror: Mirror,
  { mode, path, content }: Addition,
  signal: AbortSignal,
): Promise<string> {
  const call = { arguments: ['hash-object', '-w', '-t', 'blob', '--stdin'], input: content };
  const { stdout } = await mirror.run(call, signal);
  return `${mode} ${checkRevision(stdout.toString().trim())}\t${path}\0`;
}

interface Addition {
  readonly mode: string;
  readonly path: string;
  readonly content: Uint8Array | string;
}

/** Mode 0 removes; the id has to be as long as the repository's. */
function removal(path: string, base: Revision | undefined): string {
  return `0 ${'0'.repeat(base?.length ?? 40)}\t${path}\0`;
}

/** By an index of its own, so that any number of commits can be made side by side. */
async function writeTree(
  mirror: Mirror,
  base: Revision | undefined,
  lines: string,
  signal: AbortSignal,
): Promise<string> {
  const index = join(mirror.privateFolder, 'tmp', `index-${randomUUID()}`);
  const environment = { GIT_INDEX_FILE: index };
  try {
    if (base !== undefined) {
      await mirror.run({ arguments: ['read-tree', base], environment }, signal);
    }
    const update = ['update-index', '-z', '--replace', '--index-info'];
    await mirror.run({ arguments: update, input: lines, environment }, signal);
    const { stdout } = await mirror.run({ arguments: ['write-tree'], environment }, signal);
    return checkRevision(stdout.toString().trim());
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}
