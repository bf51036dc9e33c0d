/**
 * Merges a merge request, and tells why not. How a project merges is a setting of the project, except
 * that a merge request may be squashed. What stands in the way is told by `detailed_merge_status`.
 */
import {
  type MergeMethod,
  type MergeOrder,
  type MergeOutcome,
  notFound,
  type RestClock,
} from '@trueup/forge-sdk';

import type { GitlabClient } from '../gitlab-client.ts';
import type { GitlabMergeRequest, GitlabProject } from '../schema.ts';
import { mergedCommitOf } from './to-merge-request.ts';

export interface MergeContext {
  readonly client: GitlabClient;
  readonly clock: RestClock;
  readonly signal: AbortSignal;
  readonly path: string;
}

/** After a push GitLab looks for conflicts in the background, and it may merge there as well. */
const pausesMs: readonly number[] = [250, 500, 1000, 2000];

export async function merge(context: MergeContext, order: MergeOrder): Promise<MergeOutcome> {
  const { client, clock, signal } = context;
  const before = outcomeOf(await find(context, order.number), order);
  const obstacle = before ?? (await refuseMethod(client, order));
  if (obstacle) return obstacle;
  for (const pauseMs of pausesMs) {
    const outcome = await tryMerge(context, order);
    if (outcome) return outcome;
    await clock.wait(pauseMs, signal);
  }
  return (await tryMerge(context, order)) ?? refusals.blocked;
}

/** `undefined` where GitLab does not know yet. */
async function tryMerge(
  context: MergeContext,
  { number, commit, method }: MergeOrder,
): Promise<MergeOutcome | undefined> {
  const { client } = context;
  const answer = await client.merge(number, { sha: commit, squash: method === 'squash' });
  const isRefused = [405, 406, 409, 422].includes(answer.status);
  // Also what could not be said: a wrong credential, a broken answer.
  const after = isRefused ? await find(context, number) : await client.readMergeRequest(answer);
  const known = outcomeOf(after, { number, commit, method });
  if (known) return known;
  const status = after.detailed_merge_status ?? '';
  return isRefused && !unsettled.includes(status) ? refusalOf(status) : undefined;
}

const unsettled: readonly string[] = ['unchecked', 'checking', 'preparing', 'approvals_syncing'];

/** What may be said without asking GitLab to merge. */
function outcomeOf(one: GitlabMergeRequest, order: MergeOrder): MergeOutcome | undefined {
  if (one.sha !== order.commit) return { kind: 'moved' };
  if (one.state === 'merged') return { kind: 'merged', commit: mergedCommitOf(one) };
  if (one.state === 'closed') return { kind: 'refused', reason: 'It is closed.' };
  if (one.draft) return { kind: 'refused', reason: 'It is a draft.' };
  return one.detailed_merge_status === 'conflict' ? { kind: 'conflict' } : undefined;
}

const refusals = {
  behind: { kind: 'refused', reason: 'Its branch is behind its target branch.' },
  approvals: { kind: 'refused', reason: 'It is not approved as the forge asks for.' },
  checks: {
    kind: 'refused',
    reason: 'A pipeline or a check that the forge asks for has not passed.',
  },
  talk: { kind: 'refused', reason: 'A discussion is not resolved, which the forge asks for.' },
  blocked: { kind: 'refused', reason: 'A rule of the forge for the target branch is not met.' },
} as const satisfies Readonly<Record<string, MergeOutcome>>;

/** https://docs.gitlab.com/api/merge_requests/#merge-status */
const byStatus: ReadonlyMap<string, MergeOutcome> = new Map<string, MergeOutcome>([
  ['conflict', { kind: 'conflict' }],
  ['commits_status', { kind: 'conflict' }],
  ['need_rebase', refusals.behind],
  ['not_approved', refusals.approvals],
  ['requested_changes', refusals.approvals],
  ['ci_must_pass', refusals.checks],
  ['ci_still_running', refusals.checks],
  ['status_checks_must_pass', refusals.checks],
  ['discussions_not_resolved', refusals.talk],
]);

function refusalOf(status: string): MergeOutcome {
  return byStatus.get(status) ?? refusals.blocked;
}

async function refuseMethod(
  client: GitlabClient,
  { method }: MergeOrder,
): Promise<MergeOutcome | undefined> {
  if (methodsOf(await client.project()).includes(method)) return undefined;
  return { kind: 'refused', reason: `The project does not merge by ${method}.` };
}

/** Where it always squashes, there is nothing else. */
export function methodsOf({ merge_method, squash_option }: GitlabProject): readonly MergeMethod[] {
  const plain = merge_method === 'ff' ? 'fast-forward' : 'merge';
  return [
    ...(squash_option === 'always' ? [] : ([plain] as const)),
    ...(squash_option === 'never' ? [] : (['squash'] as const)),
  ];
}

async function find({ client, path }: MergeContext, iid: number): Promise<GitlabMergeRequest> {
  const one = await client.mergeRequest(iid);
  if (!one) throw notFound(path);
  return one;
}
