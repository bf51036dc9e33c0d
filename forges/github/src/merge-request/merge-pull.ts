/**
 * Merges a pull request, and tells why not. GitHub tells why by a text; what stands in the way is read
 * from the pull request itself, after GitHub has refused.
 *
 * GitHub itself has no fast-forward: its rebase writes new commits. So the branch is moved, which GitHub
 * refuses unless the commit is ahead of it, and takes for a merge.
 */
import {
  type MergeMethod,
  type MergeOrder,
  type MergeOutcome,
  notFound,
  type RestAnswer,
  type RestClock,
} from '@trueup/forge-sdk';

import type { GithubClient } from '../github-client.ts';
import type { GithubPull, GithubRepository } from '../schema.ts';
import { mergedCommitOf } from './to-merge-request.ts';

export interface MergeContext {
  readonly client: GithubClient;
  readonly clock: RestClock;
  readonly signal: AbortSignal;
  readonly path: string;
}

/** After a push GitHub looks for conflicts in the background. */
const pausesMs: readonly number[] = [250, 500, 1000, 2000];

export async function mergePull(context: MergeContext, order: MergeOrder): Promise<MergeOutcome> {
  const { client, clock, signal } = context;
  const before = await find(context, order.number);
  const obstacle = outcomeOf(before, order) ?? (await refuseMethod(client, order));
  if (obstacle) return obstacle;
  const outcome = await send(client, before, order);
  if (outcome) return outcome;
  for (const pauseMs of pausesMs) {
    const after = await find(context, order.number);
    const known = outcomeOf(after, order);
    if (known) return known;
    if (typeof after.mergeable === 'boolean') return refuse(after, order);
    await clock.wait(pauseMs, signal);
  }
  return refuse(await find(context, order.number), order);
}

/** What may be said without asking GitHub to merge. */
function outcomeOf(pull: GithubPull, order: MergeOrder): MergeOutcome | undefined {
  if (pull.head.sha !== order.commit) return { kind: 'moved' };
  if (pull.merged_at) return { kind: 'merged', commit: mergedCommitOf(pull) };
  if (pull.state !== 'open') return { kind: 'refused', reason: 'It is closed.' };
  if (pull.draft) return { kind: 'refused', reason: 'It is a draft.' };
  return pull.mergeable === false ? { kind: 'conflict' } : undefined;
}

async function refuseMethod(
  client: GithubClient,
  { method }: MergeOrder,
): Promise<MergeOutcome | undefined> {
  if (methodsOf(await client.repository()).includes(method)) return undefined;
  return { kind: 'refused', reason: `The repository does not merge by ${method}.` };
}

export function methodsOf(repository: GithubRepository): readonly MergeMethod[] {
  return [
    ...(repository.allow_merge_commit === false ? [] : (['merge'] as const)),
    ...(repository.allow_squash_merge === false ? [] : (['squash'] as const)),
    'fast-forward',
  ];
}

/** `undefined` where GitHub refuses, for whatever reason. */
async function send(
  client: GithubClient,
  pull: GithubPull,
  { number, commit, method }: MergeOrder,
): Promise<MergeOutcome | undefined> {
  if (method === 'fast-forward') {
    const answer = await client.moveBranch(pull.base.ref, commit);
    if (isRefusal(answer)) return undefined;
    client.check(answer);
    return { kind: 'merged', commit };
  }
  const answer = await client.mergePull(number, { sha: commit, merge_method: method });
  if (isRefusal(answer)) return undefined;
  return { kind: 'merged', commit: (await client.readMerge(answer)).sha };
}

function isRefusal({ status }: RestAnswer): boolean {
  return status === 405 || status === 409 || status === 422;
}

function refuse({ mergeable_state }: GithubPull, { method }: MergeOrder): MergeOutcome {
  const isBehind = method === 'fast-forward' || mergeable_state === 'behind';
  const reason = isBehind
    ? 'Its branch is behind its target branch, or a rule of the forge is not met.'
    : 'A rule of the forge for the target branch is not met.';
  return { kind: 'refused', reason };
}

async function find({ client, path }: MergeContext, number: number): Promise<GithubPull> {
  const pull = await client.pull(number);
  if (!pull) throw notFound(path);
  return pull;
}
