/** GitLab behind the contract of forges. */
import { setTimeout as delay } from 'node:timers/promises';

import {
  type ApiRootOptions,
  absentWhenNotFound,
  type CommentPlace,
  type Forge,
  notFound,
  type OwnComment,
  putOwnComment,
  type RestClock,
  type Review,
} from '@trueup/forge-sdk';
import type { Outbound } from '@trueup/outbound';

import { putStatus } from './commit/put-status.ts';
import { toChecks } from './commit/to-checks.ts';
import { readDelivery } from './delivery/read-delivery.ts';
import { type ConnectGitlab, createGitlabClients, type GitlabClient } from './gitlab-client.ts';
import { merge } from './merge-request/merge-request.ts';
import { openMergeRequest } from './merge-request/open-merge-request.ts';
import {
  lookAround,
  mergedCommitOf,
  toMergeRequest,
  toUser,
} from './merge-request/to-merge-request.ts';
import { describeRepository } from './people/describe-repository.ts';
import { findGroup, findPermission } from './people/find-group.ts';
import type { GitlabMergeRequest } from './schema.ts';
import { disarm } from './talk/disarm.ts';
import { commentLength, commentsSince, shelveNotes } from './talk/shelve-notes.ts';
import { toReviews } from './talk/to-reviews.ts';
import { tooLong } from './translate-errors.ts';

export interface GitlabForgeOptions {
  /** Decides which addresses may be reached, which certificates are trusted, and how long it takes. */
  readonly outbound: Pick<Outbound, 'request'>;
  /** Hosts to which a token may be sent without encryption. Only this machine when absent. */
  readonly allowHttp?: ApiRootOptions['allowHttp'];
  /** The system's when absent. */
  readonly clock?: RestClock;
  /** How many items are asked for at once; 100 when absent, which is the most that GitLab gives. */
  readonly pageLength?: number;
  /** For tests. */
  readonly connect?: ConnectGitlab;
}

/**
 * A forge for any number of projects on any number of installations. It keeps answers that GitLab need
 * not send again, and holds nothing open.
 */
export function createGitlabForge(options: GitlabForgeOptions): Forge {
  const { outbound, allowHttp, clock = systemClock, pageLength = 100 } = options;
  const send = outbound.request;
  const own = { send, clock, pageLength, ...(allowHttp && { allowHttp }) };
  return toForge(options.connect ?? createGitlabClients(own), clock);
}

const systemClock: RestClock = {
  now: Date.now,
  wait: (ms, signal) => delay(ms, undefined, { signal }),
};

function toForge(connect: ConnectGitlab, clock: RestClock): Forge {
  return {
    name: 'gitlab',
    limits: { commentLength },
    headRef: (number) => `refs/merge-requests/${number}/head`,
    describe: async (repository, call) => describeRepository(connect(repository, call)),
    async *mergeRequests(repository, { state, updatedSince }, call) {
      const client = connect(repository, call);
      const around = lookAround(client, repository.path);
      const foreign = state === 'open' ? 'opened' : 'all';
      const query = { state: foreign, updatedAfter: updatedSince } as const;
      for await (const one of movedSince(client.mergeRequests(query), updatedSince)) {
        yield await toMergeRequest(one, around);
      }
    },
    async mergeRequest(repository, number, call) {
      const client = connect(repository, call);
      const one = await client.mergeRequest(number);
      return one && (await toMergeRequest(one, lookAround(client, repository.path)));
    },
    async mergeRequestOf(repository, commit, call) {
      const client = connect(repository, call);
      const all = await client.mergeRequestsOf(commit);
      const one = all?.find((each) => isMergedAs(commit, each));
      return one && (await toMergeRequest(one, lookAround(client, repository.path)));
    },
    reviews: async (repository, number, call) => findReviews(connect(repository, call), number),
    comments: async (repository, { number, since }, call) =>
      commentsSince(connect(repository, call), number, since),
    checks: async (repository, commit, call) =>
      toChecks(await connect(repository, call).statuses(commit)),
    group: async (repository, name, call) =>
      absentWhenNotFound(() => findGroup(connect(repository, call), name)),
    permission: async (repository, user, call) =>
      (await absentWhenNotFound(() => findPermission(connect(repository, call), user))) ?? 'none',
    putComment: async (repository, { number, comment }, call) =>
      putNote(connect(repository, call), { path: repository.path, number, comment }),
    putStatus: async (repository, { commit, status }, call) =>
      putStatus(connect(repository, call), commit, status),
    async openMergeRequest(repository, request, call) {
      const client = connect(repository, call);
      const one = await openMergeRequest(client, repository.path, request);
      return await toMergeRequest(one, lookAround(client, repository.path));
    },
    async closeMergeRequest(repository, number, call) {
      const client = connect(repository, call);
      const one = await find(client, number, repository.path);
      if (one.state !== 'opened') return;
      await client.readMergeRequest(
        await client.editMergeRequest(number, { state_event: 'close' }),
      );
    },
    merge: async (repository, order, call) => {
      const client = connect(repository, call);
      return await merge({ client, clock, signal: call.signal, path: repository.path }, order);
    },
    readDelivery,
  };
}

function isMergedAs(commit: string, one: GitlabMergeRequest): boolean {
  return one.state === 'merged' && mergedCommitOf(one) === commit;
}

async function findReviews(client: GitlabClient, number: number): Promise<readonly Review[]> {
  const approvals = await client.approvals(number);
  const reviewers = await client.reviewers(number);
  const notes = await Array.fromAsync(client.notes(number, 'oldest-first'));
  return toReviews({ approvals, reviewers, notes, versions: await client.versions(number) });
}

interface Putting {
  readonly path: string;
  readonly number: number;
  readonly comment: OwnComment;
}

async function putNote(
  client: GitlabClient,
  { path, number, comment }: Putting,
): Promise<CommentPlace> {
  if (comment.body.length > commentLength) throw tooLong(path, commentLength);
  const mergeRequest = await find(client, number, path);
  const { id: selfId } = toUser(await client.self());
  const shelf = shelveNotes(client, { mergeRequest, selfId, path });
  return await putOwnComment(shelf, { ...comment, body: disarm(comment.body) });
}

/** Of a list that is in the order of time; what moves while we read comes twice, and counts once. */
async function* movedSince(
  all: AsyncIterable<GitlabMergeRequest>,
  since: string | undefined,
): AsyncGenerator<GitlabMergeRequest> {
  const sinceMs = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
  const seen = new Set<number>();
  for await (const one of all) {
    if (Date.parse(one.updated_at) < sinceMs) return;
    if (!seen.has(one.iid)) yield one;
    seen.add(one.iid);
  }
}

async function find(
  client: GitlabClient,
  number: number,
  path: string,
): Promise<GitlabMergeRequest> {
  const one = await client.mergeRequest(number);
  if (!one) throw notFound(path);
  return one;
}
