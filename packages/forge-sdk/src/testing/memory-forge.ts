/** A forge in memory behind the contract: for tests of whoever uses a forge, and of the suite itself. */
import { StalledError } from '@trueup/diagnostics';

import type { Comment } from '../comment.ts';
import type { Forge, MergeOrder } from '../forge.ts';
import type { ForgeRepository } from '../forge-repository.ts';
import type { ForgeUser } from '../forge-user.ts';
import type { MergeOutcome, MergeRequest } from '../merge-request.ts';
import { readToken } from '../rest/api-root.ts';
import { cutLine } from '../rest/cut-line.ts';
import { markLength, putOwnComment } from '../rest/own-comment.ts';
import { isOwnContext } from '../rest/own-context.ts';
import type { ForgeWorld } from './forge-world.ts';
import { readMemoryDelivery } from './memory-delivery.ts';
import type { MemoryLink } from './memory-link.ts';
import type {
  WorldComment,
  WorldMergeEnd,
  WorldMergeRequest,
  WorldReview,
} from './world-merge-request.ts';
import type { WorldRepository } from './world-repository.ts';

export interface MemoryForgeOptions {
  readonly world: ForgeWorld;
  readonly link: MemoryLink;
  /** Who acts, whatever credential is used. */
  readonly self: ForgeUser;
  /** 20,000 when absent. */
  readonly commentLength?: number;
}

export function createMemoryForge(options: MemoryForgeOptions): Forge {
  const { world, link, self, commentLength = 20_000 } = options;

  async function read<T>(
    { path, credential }: ForgeRepository,
    signal: AbortSignal,
    look: (repository: WorldRepository) => T,
  ): Promise<T> {
    if (credential?.kind === 'token') readToken(credential.token, path);
    return await link.read(path, signal, () => look(find(world, path)));
  }
  async function write<T>(
    { path, credential }: ForgeRepository,
    signal: AbortSignal,
    change: (repository: WorldRepository) => T,
  ): Promise<T> {
    if (credential?.kind === 'token') readToken(credential.token, path);
    return await link.write(path, signal, () => change(find(world, path)));
  }

  return {
    name: 'memory',
    limits: { commentLength: commentLength - markLength },
    headRef: (number) => `refs/pull/${number}/head`,
    describe: (repository, { signal }) =>
      read(repository, signal, (one) => ({
        id: String(one.id),
        path: one.path,
        defaultBranch: one.defaultBranch,
        cloneUrl: `https://forge.test/${one.path}.git`,
        mergeMethods: [...one.mergeMethods],
        self: { id: self.id, login: self.login },
        diagnostics: [],
      })),
    async *mergeRequests(repository, { state, updatedSince = '' }, { signal }) {
      const found = await read(repository, signal, (one) =>
        one.mergeRequests
          .filter((request) => state === 'all' || request.closedAt === undefined)
          .filter((request) => Date.parse(request.updatedAt) >= (Date.parse(updatedSince) || 0))
          .sort((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt) || b.number - a.number)
          .map((request) => toMergeRequest(one, request)),
      );
      yield* found;
    },
    mergeRequest: (repository, number, { signal }) =>
      absent(
        read(repository, signal, (one) => {
          const request = one.find(number);
          return request && toMergeRequest(one, request);
        }),
      ),
    mergeRequestOf: (repository, commit, { signal }) =>
      read(repository, signal, (one) => {
        const request = one.mergeRequests.find(({ merged }) => merged?.commit === commit);
        return request && toMergeRequest(one, request);
      }),
    reviews: (repository, number, { signal }) =>
      read(repository, signal, (one) => get(one, number).reviews.map(toReview)),
    comments: (repository, { number, since = '' }, { signal }) =>
      read(repository, signal, (one) =>
        get(one, number)
          .comments.filter(({ updatedAt }) => Date.parse(updatedAt) >= (Date.parse(since) || 0))
          .map(toComment),
      ),
    checks: (repository, commit, { signal }) =>
      read(repository, signal, (one) =>
        one
          .statusesOf(commit)
          .filter(({ context }) => !isOwnContext(context))
          .map(({ context, state, description, url, updatedAt }) => ({
            name: context,
            state,
            ...(description !== '' && { description }),
            ...(url !== undefined && { url }),
            updatedAt,
          })),
      ),
    group: (repository, name, { signal }) =>
      absent(
        read(repository, signal, () => {
          const members = world.membersOf(name);
          return members && { name, members: members.map(({ id, login }) => ({ id, login })) };
        }),
      ),
    permission: async (repository, user, { signal }) =>
      (await absent(
        read(repository, signal, (one) =>
          world.userById(user.id) ? one.permissionOf(user) : 'none',
        ),
      )) ?? 'none',
    putComment: (repository, { number, comment }, { signal }) => {
      const placeOf = (id: string | number) => ({
        id: String(id),
        url: `https://forge.test/${repository.path}/merge-requests/${number}#${id}`,
      });
      const placed = (found: WorldComment) => ({ ...toComment(found), ...placeOf(found.id) });
      return putOwnComment(
        {
          selfId: self.id,
          longest: commentLength - markLength,
          subject: repository.path,
          all: () => read(repository, signal, (one) => get(one, number).comments.map(placed)),
          find: (id) =>
            read(repository, signal, (one) => {
              const found = get(one, number).comments.find((own) => String(own.id) === id);
              return found && placed(found);
            }),
          create: (body) =>
            write(repository, signal, (one) => {
              get(one, number);
              return placeOf(one.comment(number, self, body).id);
            }),
          update: (id, body) =>
            write(repository, signal, (one) =>
              one.editComment(number, Number(id), body) ? placeOf(id) : undefined,
            ),
        },
        comment,
      );
    },
    putStatus: (repository, { commit, status }, { signal }) =>
      write(repository, signal, (one) => {
        if (!world.commits.has(commit)) throw notFound(repository.path);
        const { context: name, description, ...rest } = status;
        const line = cutLine(description, 140);
        one.postStatus({ ...rest, commit, name, description: line }, self);
      }),
    openMergeRequest: (repository, request, { signal }) =>
      write(repository, signal, (one) => {
        if (!one.branches.has(request.sourceBranch)) throw notFound(repository.path);
        const known = one.mergeRequests.find(
          ({ sourceBranch, targetBranch, sourceRepository, closedAt }) =>
            closedAt === undefined &&
            sourceRepository === one.path &&
            sourceBranch === request.sourceBranch &&
            targetBranch === request.targetBranch,
        );
        return toMergeRequest(one, known ?? one.open({ ...request, author: self }));
      }),
    closeMergeRequest: (repository, number, { signal }) =>
      write(repository, signal, (one) => {
        if (get(one, number).closedAt === undefined) one.close(number);
      }),
    merge: (repository, order, { signal }) =>
      write(repository, signal, (one) => merge(one, order, self)),
    readDelivery: readMemoryDelivery,
  };
}

function merge(
  repository: WorldRepository,
  { number, commit, method }: MergeOrder,
  by: ForgeUser,
): MergeOutcome {
  get(repository, number);
  return toOutcome(repository.merge(number, { by, commit, method }));
}

function toOutcome(end: WorldMergeEnd): MergeOutcome {
  switch (end.kind) {
    case 'closed':
      return { kind: 'refused', reason: 'It is closed.' };
    case 'draft':
      return { kind: 'refused', reason: 'It is a draft.' };
    case 'protected':
      return { kind: 'refused', reason: 'Its target branch is protected.' };
    case 'method':
      return { kind: 'refused', reason: 'The repository does not merge in this way.' };
    case 'diverged':
      return { kind: 'refused', reason: 'Its branch is behind its target branch.' };
    default:
      return end;
  }
}

function find(world: ForgeWorld, path: string): WorldRepository {
  const repository = world.findRepository(path);
  if (!repository) throw notFound(path);
  return repository;
}

function get(repository: WorldRepository, number: number): WorldMergeRequest {
  const request = repository.find(number);
  if (!request) throw notFound(`${repository.path}!${number}`);
  return request;
}

function notFound(subject: string): StalledError {
  return new StalledError('FORGE_NOT_FOUND', `${subject}: there is no such thing`, subject);
}

async function absent<T>(looking: Promise<T | undefined>): Promise<T | undefined> {
  return await looking.catch((error: unknown) => {
    if (error instanceof StalledError && error.code === 'FORGE_NOT_FOUND') return undefined;
    throw error;
  });
}

function toMergeRequest(repository: WorldRepository, request: WorldMergeRequest): MergeRequest {
  const { merged, closedAt } = request;
  const closed =
    closedAt === undefined ? ({ name: 'open' } as const) : ({ name: 'closed' } as const);
  return {
    number: request.number,
    title: request.title,
    body: request.body,
    author: { ...request.author },
    ...(request.pushers.length > 0 && { pushers: [...request.pushers] }),
    state: merged ? { name: 'merged', ...merged } : closed,
    draft: request.draft,
    labels: request.labels,
    source: {
      repository: request.sourceRepository,
      branch: request.sourceBranch,
      commit: request.sourceCommit,
    },
    target: {
      repository: repository.path,
      branch: request.targetBranch,
      commit:
        closedAt === undefined ? repository.branchHead(request.targetBranch) : request.targetCommit,
    },
    url: `https://forge.test/${repository.path}/merge-requests/${request.number}`,
    createdAt: request.createdAt,
    updatedAt: request.updatedAt,
  };
}

function toReview({ id, author, verdict, dismissed, commit, submittedAt }: WorldReview) {
  return {
    id: String(id),
    author: { ...author },
    verdict: dismissed ? ('dismissed' as const) : verdict,
    commit,
    submittedAt,
  };
}

function toComment({ id, author, body, createdAt, updatedAt }: WorldComment): Comment {
  return { id: String(id), author: { ...author }, body, createdAt, updatedAt };
}
