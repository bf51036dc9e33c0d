/**
 * Merges a pull request, and tells why not.
 *
 * Gitea answers most refusals with the same status and a text, which it words anew from time to time.
 * So what stands in the way is read from the pull request itself, after Gitea has refused.
 */
import {
  type MergeMethod,
  type MergeOrder,
  type MergeOutcome,
  notFound,
  type RestClock,
} from '@trueup/forge-sdk';

import type { GiteaClient } from '../gitea-client.ts';
import type { GiteaPull } from '../schema.ts';
import { busyMerging } from '../translate-errors.ts';

export interface MergeContext {
  readonly client: GiteaClient;
  readonly clock: RestClock;
  readonly signal: AbortSignal;
  readonly path: string;
}

const styles: Readonly<Record<MergeMethod, string>> = {
  merge: 'merge',
  squash: 'squash',
  'fast-forward': 'fast-forward-only',
};

/** After a push Gitea looks for conflicts in the background, and merges nothing meanwhile. */
const pausesMs: readonly number[] = [250, 500, 1000, 2000];

export async function mergePull(context: MergeContext, order: MergeOrder): Promise<MergeOutcome> {
  const { client, clock, signal } = context;
  for (const pauseMs of pausesMs) {
    const outcome = await tryMerge(context, order);
    if (outcome) return outcome;
    await clock.wait(pauseMs, signal);
  }
  const outcome = await tryMerge(context, order);
  const isMergeable = outcome === undefined && (await client.pull(order.number))?.mergeable;
  return outcome ?? (isMergeable ? refusedPush : { kind: 'conflict' });
}

const refusedByRule: MergeOutcome = {
  kind: 'refused',
  reason: 'A rule of the forge for the target branch is not met.',
};

const refusedPush: MergeOutcome = {
  kind: 'refused',
  reason:
    'The forge did not push the merge: a hook refused it, or the target branch moves too often.',
};

/** `undefined` where Gitea does not know yet, or something else came in between. */
async function tryMerge(
  context: MergeContext,
  order: MergeOrder,
): Promise<MergeOutcome | undefined> {
  const { client } = context;
  const obstacle = await outcomeOf(context, await find(context, order.number), order);
  if (obstacle) return obstacle;
  const body = { Do: styles[order.method], head_commit_id: order.commit };
  const { status, ...answer } = await client.mergePull(order.number, body);
  if (status === 200) return await merged(context, order);
  if (status !== 405 && status !== 409) client.check({ status, ...answer });
  const after = await find(context, order.number);
  const outcome = await outcomeOf(context, after, order);
  return outcome ?? (after.mergeable && status === 405 ? refusedByRule : undefined);
}

/** What may be said before Gitea is asked. */
async function outcomeOf(
  { client, path }: MergeContext,
  pull: GiteaPull,
  order: MergeOrder,
): Promise<MergeOutcome | undefined> {
  const head = pull.merged ? await client.pullHead(pull.number) : pull.head.sha;
  if (head !== order.commit) return { kind: 'moved' };
  if (pull.merged && pull.merge_commit_sha) {
    return { kind: 'merged', commit: pull.merge_commit_sha };
  }
  if (pull.merged) throw busyMerging(path);
  if (pull.state !== 'open') return { kind: 'refused', reason: 'It is closed.' };
  if (pull.draft) return { kind: 'refused', reason: 'It is a draft.' };
  const hasDiverged = pull.merge_base !== undefined && pull.merge_base !== pull.base.sha;
  if (order.method === 'fast-forward' && hasDiverged) {
    return { kind: 'refused', reason: 'Its branch is behind its target branch.' };
  }
  if (await offers(client, order.method)) return undefined;
  return { kind: 'refused', reason: `The repository does not merge by ${order.method}.` };
}

async function offers(client: GiteaClient, method: MergeMethod): Promise<boolean> {
  return methodsOf(await client.repository()).includes(method);
}

export function methodsOf(
  repository: Awaited<ReturnType<GiteaClient['repository']>>,
): readonly MergeMethod[] {
  const offered: readonly (readonly [MergeMethod, boolean | null | undefined])[] = [
    ['merge', repository.allow_merge_commits],
    ['squash', repository.allow_squash_merge],
    ['fast-forward', repository.allow_fast_forward_only_merge],
  ];
  return offered.filter(([, isOffered]) => isOffered).map(([method]) => method);
}

async function merged(context: MergeContext, order: MergeOrder): Promise<MergeOutcome> {
  const pull = await find(context, order.number);
  if (!pull.merge_commit_sha) throw busyMerging(context.path);
  return { kind: 'merged', commit: pull.merge_commit_sha };
}

async function find({ client, path }: MergeContext, number: number): Promise<GiteaPull> {
  const pull = await client.pull(number);
  if (!pull) throw notFound(path);
  return pull;
}
