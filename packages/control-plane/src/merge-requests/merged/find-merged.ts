/**
 * Finds which merge requests brought what a run is about: those merged with its revision, or with a
 * commit before it that the stack does not have yet (P2).
 *
 * An approval serves the merge commit of its merge request and no other: what came by any other way
 * has no approvals, whatever it looks like.
 */
import { OperationError } from '@trueup/diagnostics';
import type { ChangeSet, MergedRequest, MergedWork, Revision, Run, Store } from '@trueup/engine';

import { readAll } from '../../paging/read-all.ts';
import type { GitRepository, ListedCommit } from '../../repository/git-repository.ts';

export interface FindMergedPorts {
  readonly store: Store;
  readonly git: Pick<GitRepository, 'commitsBetween'>;
}

/** What is further behind is approved anew. */
const mostCommits = 500;

export async function findMerged(
  run: Run,
  { store, git }: FindMergedPorts,
  signal: AbortSignal,
): Promise<MergedWork> {
  const applied = (await store.stack(run.stack))?.applied?.revision;
  const commits = await listCommits(git, { from: applied, to: run.revision }, signal);
  const mergedAs = commits.map(({ revision }) => revision);
  const { repository } = run;
  const sets = mergedAs.length === 0 ? [] : await readMerged({ repository, mergedAs }, store);
  const merges = new Set(sets.map(commitOf));
  const others = commits.filter(({ revision }) => !merges.has(revision));
  const written = others.flatMap(({ emails }) => emails.map((email) => `commit:${email}`));
  const asked = merges.has(run.revision) && run.requestedBy.startsWith('commit:');
  const authors = [...sets.flatMap((set) => set.authors ?? []), ...written];
  const touching = sets.filter(({ stacks }) => Object.hasOwn(stacks, run.stack));
  return {
    requests: await Promise.all(touching.map((set) => toRequest(set, run, store))),
    authors: [...new Set([...authors, ...(asked ? [] : [run.requestedBy])])],
  };
}

interface Range {
  readonly from: Revision | undefined;
  readonly to: Revision;
}

/** Where what was applied is gone from the branch, the run's own revision is all that is known. */
async function listCommits(
  git: FindMergedPorts['git'],
  { from, to }: Range,
  signal: AbortSignal,
): Promise<readonly ListedCommit[]> {
  const range = { to, limit: mostCommits };
  try {
    return await git.commitsBetween({ ...range, ...(from !== undefined && { from }) }, signal);
  } catch (error) {
    if (!(error instanceof OperationError) || error.family !== 'stalled') throw error;
    return git.commitsBetween({ ...range, limit: 1 }, signal);
  }
}

function readMerged(
  filter: { readonly repository: string; readonly mergedAs: readonly Revision[] },
  store: Store,
): Promise<readonly ChangeSet[]> {
  return readAll((page) => store.changeSets(filter, page));
}

function commitOf({ phase }: ChangeSet): Revision {
  return phase.name === 'merged' ? phase.commit : '';
}

async function toRequest(set: ChangeSet, { stack }: Run, store: Store): Promise<MergedRequest> {
  const { number, repository, authors = [], discussion } = set;
  const approvals = await store.approvals({ repository, mergeRequest: number });
  const state = set.stacks[stack];
  const plan = state?.name === 'planned' ? await store.plan(state.plan) : undefined;
  const changes = plan && (await readAll((page) => store.planChanges(plan.id, page)));
  const holdBy = discussion?.hold?.by;
  return {
    number,
    authors,
    approvals: approvals.filter((approval) => approval.stack === stack),
    shown: changes ?? [],
    findings: plan?.findings ?? [],
    ...(holdBy !== undefined && { holdBy }),
  };
}
