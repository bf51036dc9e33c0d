/**
 * Who moved a branch, for the merge requests that are opened from it later. Git's own authors are anybody's
 * word; who moved a branch is who signed in.
 */
import type { ForgeUser } from '@trueup/forge-sdk';

import type { RecordWrite } from '../hosted-client.ts';
import type { BranchWriter, WrittenBranch } from '../model/branch-writer.ts';
import { systemUser } from '../model/hosted-merge-request.ts';
import type { HostedRepository } from '../model/hosted-repository.ts';
import type { HostedGit } from './hosted-git.ts';
import { putBranch, removeBranch } from './record-shelf.ts';
import type { OpenRepository, RepositoryHost } from './repository-host.ts';

export interface BranchMove {
  readonly branch: string;
  /** Absent for a new branch. */
  readonly before?: string;
  /** Absent for a branch that is gone. */
  readonly after?: string;
}

/** More commits than these arrive in no push that people write; the newest of them count. */
const mostArrived = 10_000;

/** In the repository's turn: what has to be written down because `writers` moved branches. */
export async function noteWriters(
  host: RepositoryHost,
  { repository, git }: OpenRepository,
  moves: readonly BranchMove[],
  writers: readonly ForgeUser[],
): Promise<readonly RecordWrite[]> {
  if (moves.length === 0) return [];
  const records = await host.shelf.branches(repository);
  const known = new Map(records.map((one) => [one.branch, one]));
  const changed = new Set<string>();
  const arrivals = rememberArrivals(git);
  for (const move of moves) {
    const { branch, after } = move;
    if (after === undefined && git.heads.has(branch)) continue;
    changed.add(branch);
    if (after === undefined) {
      known.delete(branch);
      continue;
    }
    const own = writers.map((user): BranchWriter => ({ user, commit: after }));
    const others = await findEarlier(known, move, { repository, git, arrivals });
    const before = known.get(branch)?.writers ?? [];
    known.set(branch, { branch, writers: await join(before, [...others, ...own], git) });
  }
  return [...changed].map((branch) => {
    const record = known.get(branch);
    return record && record.writers.length > 0
      ? putBranch(repository, record)
      : removeBranch(repository, branch);
  });
}

/** What came with a move from one commit to another. */
type Arrivals = (from: string | undefined, to: string) => Promise<ReadonlySet<string>>;

/** A push may make thousands of branches at a few places: git is asked of each place once. */
function rememberArrivals(git: Pick<HostedGit, 'commitsSince'>): Arrivals {
  const known = new Map<string, ReturnType<Arrivals>>();
  return (from, to) => {
    const key = `${from ?? ''} ${to}`;
    const found = known.get(key) ?? git.commitsSince(from, to, mostArrived);
    known.set(key, found);
    return found;
  };
}

/** Who moved other branches to what came with a move: it is their work there, too. */
async function findEarlier(
  records: ReadonlyMap<string, WrittenBranch>,
  { branch, before, after = '' }: BranchMove,
  { repository, git, arrivals }: OpenRepository & { readonly arrivals: Arrivals },
): Promise<readonly BranchWriter[]> {
  if (records.size === 0 || (records.size === 1 && records.has(branch))) return [];
  const known = before ?? git.heads.get(repository.defaultBranch);
  const arrived = await arrivals(known, after);
  if (arrived.size === 0) return [];
  const others = [...records.values()].filter((one) => one.branch !== branch);
  return others.flatMap((one) => {
    const isWhole = arrived.has(git.heads.get(one.branch) ?? '');
    return one.writers.filter(({ commit = '' }) => isWhole || arrived.has(commit));
  });
}

/** Each account once, so that there are never more than members. */
async function join(
  before: readonly BranchWriter[],
  added: readonly BranchWriter[],
  git: HostedGit,
): Promise<readonly BranchWriter[]> {
  const joined = new Map(before.map((one) => [one.user.id, one]));
  for (const one of added) {
    const { id } = one.user;
    if (id === systemUser.id) continue;
    const known = joined.get(id);
    joined.set(id, known ? await laterOf(known, one, git) : one);
  }
  return [...joined.values()];
}

/** Of two commits that do not follow each other both count, for good. */
async function laterOf(one: BranchWriter, other: BranchWriter, git: HostedGit) {
  const { user, commit } = one;
  if (commit === undefined || commit === other.commit) return one;
  if (other.commit === undefined) return other;
  if (await git.isAncestor(commit, other.commit)) return other;
  return (await git.isAncestor(other.commit, commit)) ? one : { user };
}

/**
 * Who moved a branch since it left a target: whose newest move that has not. `target` is a commit of `git`,
 * absent where the target is gone.
 */
export async function findBranchWriters(
  host: RepositoryHost,
  source: { readonly repository: HostedRepository; readonly branch: string },
  { git, target }: { readonly git: HostedGit; readonly target: string | undefined },
): Promise<readonly ForgeUser[]> {
  const record = await host.shelf.branch(source.repository, source.branch);
  const found: ForgeUser[] = [];
  for (const { user, commit } of record?.writers ?? []) {
    const isOver =
      commit !== undefined && target !== undefined && (await git.isAncestor(commit, target));
    if (!isOver) found.push(user);
  }
  return found;
}

/** Those of branches that are gone, as a process left them that was killed. In the repository's turn. */
export async function dropWriters(
  host: RepositoryHost,
  { repository, git }: OpenRepository,
): Promise<void> {
  const records = await host.shelf.branches(repository);
  const gone = records.filter(({ branch }) => !git.heads.has(branch));
  if (gone.length === 0) return;
  await host.write(
    gone.map(({ branch }) => removeBranch(repository, branch)),
    [],
  );
}
