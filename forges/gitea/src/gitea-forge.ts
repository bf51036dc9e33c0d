/** Gitea and Forgejo behind the contract of forges. */
import { setTimeout as delay } from 'node:timers/promises';

import {
  type ApiRootOptions,
  type Forge,
  type MergeRequest,
  notFound,
  putOwnComment,
  type RestClock,
} from '@trueup/forge-sdk';
import type { Outbound } from '@trueup/outbound';

import { fromStatus, toChecks } from './commit/to-checks.ts';
import { readDelivery } from './delivery/read-delivery.ts';
import { type ConnectGitea, createGiteaClients, type GiteaClient } from './gitea-client.ts';
import { mergePull } from './merge-request/merge-pull.ts';
import { openPull } from './merge-request/open-pull.ts';
import { toMergeRequest, toUser } from './merge-request/to-merge-request.ts';
import { describeRepository } from './people/describe-repository.ts';
import { findGroup, findPermission } from './people/find-group.ts';
import type { GiteaPull } from './schema.ts';
import { commentLength, shelveComments, toComment } from './talk/shelve-comments.ts';
import { toReviews } from './talk/to-reviews.ts';
import { notFoundUnless } from './translate-errors.ts';

export interface GiteaForgeOptions {
  /** Decides which addresses may be reached, which certificates are trusted, and how long it takes. */
  readonly outbound: Pick<Outbound, 'request'>;
  /** Hosts to which a token may be sent without encryption. Only this machine when absent. */
  readonly allowHttp?: ApiRootOptions['allowHttp'];
  /** The system's when absent. */
  readonly clock?: RestClock;
  /** How many items are asked for at once; 50 when absent, which is what Gitea allows unless told. */
  readonly pageLength?: number;
  /** For tests. */
  readonly connect?: ConnectGitea;
}

/** A forge for any number of repositories on any number of installations. It holds nothing open. */
export function createGiteaForge(options: GiteaForgeOptions): Forge {
  const { outbound, allowHttp, clock = systemClock, pageLength = 50 } = options;
  const send = outbound.request;
  const own = { send, clock, pageLength, ...(allowHttp && { allowHttp }) };
  return toForge(options.connect ?? createGiteaClients(own), clock);
}

const systemClock: RestClock = {
  now: Date.now,
  wait: (ms, signal) => delay(ms, undefined, { signal }),
};

function toForge(connect: ConnectGitea, clock: RestClock): Forge {
  return {
    name: 'gitea',
    limits: { commentLength },
    headRef: (number) => `refs/pull/${number}/head`,
    describe: async (repository, call) => describeRepository(connect(repository, call)),
    async *mergeRequests(repository, { state, updatedSince }, call) {
      for await (const pull of movedSince(connect(repository, call).pulls(state), updatedSince)) {
        yield toMergeRequest(pull, repository.path);
      }
    },
    async mergeRequest(repository, number, call) {
      const client = connect(repository, call);
      const pull = await client.pull(number);
      return pull && (await complete(client, pull, repository.path));
    },
    async mergeRequestOf(repository, commit, call) {
      const client = connect(repository, call);
      const pull = await client.pullOf(commit);
      const isOf = pull?.merged && pull.merge_commit_sha === commit;
      return isOf ? await complete(client, pull, repository.path) : undefined;
    },
    reviews: async (repository, number, call) =>
      toReviews(await connect(repository, call).reviews(number)),
    async comments(repository, { number, since }, call) {
      const client = connect(repository, call);
      const isThere = async (): Promise<boolean> => (await client.pull(number)) !== undefined;
      const comments = await notFoundUnless(isThere, repository.path, () =>
        client.comments(number, since),
      );
      return comments.map(toComment);
    },
    checks: async (repository, commit, call) =>
      toChecks(await connect(repository, call).statuses(commit)),
    group: async (repository, name, call) => findGroup(connect(repository, call), name),
    permission: async (repository, user, call) => findPermission(connect(repository, call), user),
    async putComment(repository, { number, comment }, call) {
      const client = connect(repository, call);
      const { id: selfId } = toUser(await client.self());
      const { path } = repository;
      const isThere = async (): Promise<boolean> => (await client.pull(number)) !== undefined;
      return await notFoundUnless(isThere, path, () =>
        putOwnComment(shelveComments(client, { number, selfId, path }), comment),
      );
    },
    async putStatus(repository, { commit, status }, call) {
      const client = connect(repository, call);
      await notFoundUnless(
        () => client.hasCommit(commit),
        repository.path,
        () => client.createStatus(commit, fromStatus(status)),
      );
    },
    async openMergeRequest(repository, request, call) {
      const { path } = repository;
      return toMergeRequest(await openPull(connect(repository, call), path, request), path);
    },
    async closeMergeRequest(repository, number, call) {
      const client = connect(repository, call);
      const pull = await client.pull(number);
      if (!pull) throw notFound(repository.path);
      if (pull.state === 'open') client.check(await client.editPull(number, { state: 'closed' }));
    },
    merge: async (repository, order, call) =>
      mergePull(
        { client: connect(repository, call), clock, signal: call.signal, path: repository.path },
        order,
      ),
    readDelivery,
  };
}

/** Of a list that is in the order of time; what moves while we read comes twice, and counts once. */
async function* movedSince(
  pulls: AsyncIterable<GiteaPull>,
  since: string | undefined,
): AsyncGenerator<GiteaPull> {
  const sinceMs = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
  const seen = new Set<number>();
  for await (const pull of pulls) {
    if (Date.parse(pull.updated_at) < sinceMs) return;
    if (!seen.has(pull.number)) yield pull;
    seen.add(pull.number);
  }
}

/** Gitea names the head of the branch, as long as there is one, also when it moved on since. */
async function complete(client: GiteaClient, pull: GiteaPull, path: string): Promise<MergeRequest> {
  const head = pull.state === 'open' ? undefined : await client.pullHead(pull.number);
  return toMergeRequest(pull, path, head);
}
