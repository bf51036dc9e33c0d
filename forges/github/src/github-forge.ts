/** GitHub and GitHub Enterprise behind the contract of forges. */
import { setTimeout as delay } from 'node:timers/promises';

import {
  type ApiRootOptions,
  absentWhenNotFound,
  type Forge,
  type MergeRequest,
  notFound,
  putOwnComment,
  type RestClock,
} from '@trueup/forge-sdk';
import type { Outbound } from '@trueup/outbound';

import { fromStatus, toChecks } from './commit/to-checks.ts';
import { readDelivery } from './delivery/read-delivery.ts';
import { type ConnectGithub, createGithubClients, type GithubClient } from './github-client.ts';
import { mergePull } from './merge-request/merge-pull.ts';
import { openPull } from './merge-request/open-pull.ts';
import {
  mergedCommitOf,
  rememberHeads,
  toMergeRequest,
  toUser,
} from './merge-request/to-merge-request.ts';
import { describeRepository } from './people/describe-repository.ts';
import { findGroup, findPermission } from './people/find-group.ts';
import type { GithubPull } from './schema.ts';
import { commentLength, shelveComments, toComment } from './talk/shelve-comments.ts';
import { toReviews } from './talk/to-reviews.ts';
import { absentWhenRefused } from './translate-errors.ts';

export interface GithubForgeOptions {
  /** Decides which addresses may be reached, which certificates are trusted, and how long it takes. */
  readonly outbound: Pick<Outbound, 'request'>;
  /** Hosts to which a credential may be sent without encryption. Only this machine when absent. */
  readonly allowHttp?: ApiRootOptions['allowHttp'];
  /** The system's when absent. */
  readonly clock?: RestClock;
  /** How many items are asked for at once; 100 when absent, which is the most that GitHub gives. */
  readonly pageLength?: number;
  /** For tests. */
  readonly connect?: ConnectGithub;
}

/**
 * A forge for any number of repositories on any number of installations. It keeps answers that GitHub
 * need not send again, and tokens of apps, and holds nothing open.
 */
export function createGithubForge(options: GithubForgeOptions): Forge {
  const { outbound, allowHttp, clock = systemClock, pageLength = 100 } = options;
  const send = outbound.request;
  const own = { send, clock, pageLength, ...(allowHttp && { allowHttp }) };
  return toForge(options.connect ?? createGithubClients(own), clock);
}

const systemClock: RestClock = {
  now: Date.now,
  wait: (ms, signal) => delay(ms, undefined, { signal }),
};

function toForge(connect: ConnectGithub, clock: RestClock): Forge {
  return {
    name: 'github',
    limits: { commentLength },
    headRef: (number) => `refs/pull/${number}/head`,
    describe: async (repository, call) => describeRepository(await connect(repository, call)),
    async *mergeRequests(repository, { state, updatedSince }, call) {
      const client = await connect(repository, call);
      const findHead = rememberHeads(client);
      for await (const pull of movedSince(client.pulls(state), updatedSince)) {
        yield await toMergeRequest(pull, repository.path, findHead);
      }
    },
    mergeRequest: (repository, number, call) =>
      absentWhenNotFound(async () => {
        const client = await connect(repository, call);
        const pull = await client.pull(number);
        return pull && (await show(client, pull, repository.path));
      }),
    mergeRequestOf: (repository, commit, call) =>
      absentWhenNotFound(async () => {
        const client = await connect(repository, call);
        const number = await findMerged(client, commit);
        const pull = number === undefined ? undefined : await client.pull(number);
        return pull && (await show(client, pull, repository.path));
      }),
    reviews: async (repository, number, call) =>
      toReviews(await (await connect(repository, call)).reviews(number)),
    async comments(repository, { number, since }, call) {
      const client = await connect(repository, call);
      return (await client.comments(number, since)).map(toComment);
    },
    async checks(repository, commit, call) {
      const client = await connect(repository, call);
      return toChecks(await client.statuses(commit), await client.checkRuns(commit));
    },
    group: (repository, name, call) =>
      absentWhenNotFound(async () => findGroup(await connect(repository, call), name)),
    permission: async (repository, user, call) =>
      (await absentWhenNotFound(async () =>
        findPermission(await connect(repository, call), user),
      )) ?? 'none',
    async putComment(repository, { number, comment }, call) {
      const client = await connect(repository, call);
      const { id: selfId } = toUser(await client.self());
      const place = { number, selfId, path: repository.path };
      return await putOwnComment(shelveComments(client, place), comment);
    },
    async putStatus(repository, { commit, status }, call) {
      const client = await connect(repository, call);
      await client.createStatus(commit, fromStatus(status));
    },
    async openMergeRequest(repository, request, call) {
      const client = await connect(repository, call);
      return await show(client, await openPull(client, request), repository.path);
    },
    async closeMergeRequest(repository, number, call) {
      const client = await connect(repository, call);
      const pull = await client.pull(number);
      if (!pull) throw notFound(repository.path);
      if (pull.state === 'open')
        await client.readPull(await client.editPull(number, { state: 'closed' }));
    },
    async merge(repository, order, call) {
      const client = await connect(repository, call);
      return await mergePull({ client, clock, signal: call.signal, path: repository.path }, order);
    },
    readDelivery,
  };
}

function show(client: GithubClient, pull: GithubPull, path: string): Promise<MergeRequest> {
  return toMergeRequest(pull, path, (branch) => client.branchHead(branch));
}

/** Of a list that is in the order of time; what moves while we read comes twice, and counts once. */
async function* movedSince(
  pulls: AsyncIterable<GithubPull>,
  since: string | undefined,
): AsyncGenerator<GithubPull> {
  const sinceMs = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
  const seen = new Set<number>();
  for await (const pull of pulls) {
    if (Date.parse(pull.updated_at) < sinceMs) return;
    if (!seen.has(pull.number)) yield pull;
    seen.add(pull.number);
  }
}

/** GitHub names all pull requests that hold the commit, and refuses what is no commit. */
async function findMerged(client: GithubClient, commit: string): Promise<number | undefined> {
  const pulls = await absentWhenRefused(() => client.pullsOf(commit));
  return pulls?.find((pull) => pull.merged_at && mergedCommitOf(pull) === commit)?.number;
}
