import { type ConflictHunk, parseConflicts } from '../model/parse-conflicts.ts';
import type { HostedGit } from './hosted-git.ts';
import { getRequest } from './merge-request.ts';
import type { RepositoryHost } from './repository-host.ts';

/** A file that the two branches do not merge. */
export interface ConflictFile {
  readonly path: string;
  /** Absent where both sides are no text, or one of them removed or renamed it. */
  readonly hunks?: readonly ConflictHunk[];
}

export interface Conflicts {
  /** `merges`: there are none. `unrelated`: the two have no history in common. */
  readonly kind: 'merges' | 'conflicts' | 'unrelated';
  /** Sorted; the first hundred. */
  readonly files: readonly ConflictFile[];
}

const mostFiles = 100;

/** What stands in the way of merging it, as the two branches are now. */
export async function readConflicts(
  host: RepositoryHost,
  path: string,
  number: number,
  signal: AbortSignal,
): Promise<Conflicts> {
  const open = await host.open(path);
  const request = await getRequest(host, open, number);
  const target = open.git.heads.get(request.targetBranch);
  if (request.state !== 'open' || target === undefined) return { kind: 'merges', files: [] };
  const fit = await open.git.fit(target, request.sourceCommit);
  if (fit.kind !== 'conflicts') {
    return { kind: fit.kind === 'unrelated' ? 'unrelated' : 'merges', files: [] };
  }
  return {
    kind: 'conflicts',
    files: await readFiles(open.git, target, request.sourceCommit, signal),
  };
}

async function readFiles(
  { own }: HostedGit,
  target: string,
  source: string,
  signal: AbortSignal,
): Promise<readonly ConflictFile[]> {
  const { stdout } = await own.run(
    {
      arguments: [
        'merge-tree',
        '--write-tree',
        '-z',
        '--name-only',
        '--no-messages',
        target,
        source,
      ],
      settings: [['merge.conflictStyle', 'diff3']],
      answers: [0, 1],
    },
    signal,
  );
  const [tree = '', ...names] = stdout.toString().split('\0').filter(Boolean);
  const paths = [...new Set(names)].sort().slice(0, mostFiles);
  const root = await own.trees.rootOf(tree, signal);
  return await Promise.all(
    paths.map(async (path): Promise<ConflictFile> => {
      const place = await own.trees.find(root, path.split('/'), signal);
      if (place.kind !== 'entry' || place.entry.kind === 'folder') return { path };
      const blob = await own.objects.read(place.entry.id, signal);
      if (blob.kind !== 'object' || blob.body.includes(0)) return { path };
      const hunks = parseConflicts(blob.body.toString());
      return hunks.length > 0 ? { path, hunks } : { path };
    }),
  );
}
