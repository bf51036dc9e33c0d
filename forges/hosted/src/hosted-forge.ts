/** The built-in forge behind the contract: what Trueup itself asks of it. */
import { TransientError } from '@trueup/diagnostics';
import {
  cutLine,
  type Forge,
  type ForgeCall,
  type ForgeRepository,
  isOwnContext,
  type MergeRequest,
  type MergeRequestNumber,
  markLength,
  putOwnComment,
  readToken,
} from '@trueup/forge-sdk';

import { readDelivery } from './delivery/read-delivery.ts';
import { describeAccess } from './host/describe-access.ts';
import { addNote, editNote } from './host/discuss.ts';
import { headRef } from './host/hosted-git.ts';
import { getRequest, mergeRequest } from './host/merge-request.ts';
import { closeRequest, openRequest } from './host/open-request.ts';
import { postStatus } from './host/post-status.ts';
import type { OpenRepository, RepositoryHost } from './host/repository-host.ts';
import {
  type HostedActor,
  type HostedMergeRequest,
  type Note,
  systemUser,
  toMergeRequest,
} from './model/hosted-merge-request.ts';
import { denied, translateError, unauthorized } from './translate-errors.ts';

export interface HostedForgeOptions {
  readonly host: RepositoryHost;
  /** After this a call is given up. 2 minutes if absent: merging a huge repository takes its time. */
  readonly answerMs?: number;
}

/** Half of what a person may write, so that every store and every page takes it. */
const commentLength = 60_000;

/** How many are read at a time. */
const pageLength = 100;

/**
 * Without a credential it is Trueup itself that acts, and may do everything; with a token its owner does.
 */
export function createHostedForge({ host, answerMs = 120_000 }: HostedForgeOptions): Forge {
  const desk = new ForgeDesk(host, answerMs);
  return {
    name: 'hosted',
    limits: { commentLength: commentLength - markLength },
    headRef,
    describe: (repository, call) =>
      desk.ask(repository, call, (actor) => desk.describe(repository, actor)),
    mergeRequests: (repository, filter, call) => desk.mergeRequests(repository, filter, call),
    mergeRequest: (repository, number, call) =>
      absent(
        desk.look(repository, call, async (open) => {
          const request = await host.shelf.request(open.repository, number);
          return request && desk.show(open, request);
        }),
      ),
    mergeRequestOf: (repository, commit, call) =>
      desk.look(repository, call, async (open) => {
        const number = await host.shelf.mergedBy(open.repository, commit);
        return number === undefined
          ? undefined
          : desk.show(open, await getRequest(host, open, number));
      }),
    reviews: (repository, number, call) =>
      desk.look(repository, call, async (open) => {
        await getRequest(host, open, number);
        const reviews = await host.shelf.reviews({ repository: open.repository, number });
        return reviews.map(({ body: _text, ...review }) => review);
      }),
    comments: (repository, { number, since = '' }, call) =>
      desk.look(repository, call, async (open) => {
        const notes = await desk.notes(open, number);
        const from = Date.parse(since) || 0;
        return notes.filter(({ updatedAt }) => Date.parse(updatedAt) >= from).map(toComment);
      }),
    checks: (repository, commit, call) =>
      desk.look(repository, call, async (open) => {
        const statuses = await host.shelf.statuses(open.repository, commit);
        return statuses
          .filter(({ context }) => !isOwnContext(context))
          .map(({ context: name, author: _who, description, ...rest }) => ({
            name,
            ...rest,
            ...(description !== '' && { description }),
          }));
      }),
    group: (repository, name, call) =>
      absent(desk.look(repository, call, () => host.client.people.group(name))),
    permission: async (repository, user, call) =>
      (await absent(
        desk.look(repository, call, () => host.client.people.permission(repository.path, user)),
      )) ?? 'none',
    ...writingCalls(host, desk),
    readDelivery,
  };
}

type Writing = 'putComment' | 'putStatus' | 'openMergeRequest' | 'closeMergeRequest' | 'merge';

function writingCalls(host: RepositoryHost, desk: ForgeDesk): Pick<Forge, Writing> {
  return {
    putComment: (repository, { number, comment }, call) =>
      desk.ask(repository, call, (actor) =>
        putOwnComment(desk.shelfOf(repository.path, number, actor), comment),
      ),
    putStatus: (repository, { commit, status }, call) =>
      desk.ask(repository, call, (actor) => {
        const line = { ...status, description: cutLine(status.description, 140) };
        return postStatus(host, repository.path, { commit, status: line }, actor);
      }),
    openMergeRequest: (repository, request, call) =>
      desk.ask(repository, call, async (actor) => {
        const opened = await openRequest(host, repository.path, request, actor);
        return desk.show(await host.open(repository.path), opened);
      }),
    closeMergeRequest: (repository, number, call) =>
      desk.ask(repository, call, async (actor) => {
        await closeRequest(host, repository.path, number, actor);
      }),
    merge: (repository, order, call) =>
      desk.ask(repository, call, (actor) => mergeRequest(host, repository.path, order, actor)),
  };
}

class ForgeDesk {
  readonly #host: RepositoryHost;
  readonly #answerMs: number;

  constructor(host: RepositoryHost, answerMs: number) {
    this.#host = host;
    this.#answerMs = answerMs;
  }

  /** As whoever the credential stands for. */
  async ask<T>(
    { path, credential }: ForgeRepository,
    { signal }: ForgeCall,
    work: (actor: HostedActor) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const token = credential?.kind === 'token' ? readToken(credential.token, path) : undefined;
    const asking = this.#actorOf(path, token).then(work);
    return await this.#inTime(path, signal, asking);
  }

  /** What everybody who sees the repository may. */
  async look<T>(
    repository: ForgeRepository,
    call: ForgeCall,
    work: (open: OpenRepository) => Promise<T>,
  ): Promise<T> {
    return await this.ask(repository, call, async () =>
      work(await this.#host.open(repository.path)),
    );
  }

  async describe({ path }: ForgeRepository, actor: HostedActor) {
    const { repository } = await this.#host.open(path);
    const { id, defaultBranch, mergeMethods } = repository;
    return {
      id,
      path,
      defaultBranch,
      cloneUrl: `${this.#host.publicUrl}/git/${path}.git`,
      mergeMethods,
      self: { id: actor.user.id, login: actor.user.login },
      diagnostics: describeAccess(path, actor.permission),
    };
  }

  async *mergeRequests(
    repository: ForgeRepository,
    { state, updatedSince = '' }: Parameters<Forge['mergeRequests']>[1],
    call: ForgeCall,
  ): AsyncIterable<MergeRequest> {
    const from = Date.parse(updatedSince) || 0;
    const only = state === 'open' ? ({ state: 'open' } as const) : {};
    let after: string | undefined;
    do {
      const page = { limit: pageLength, ...only, ...(after !== undefined && { after }) };
      const { items, next } = await this.look(repository, call, async (open) => {
        const found = await this.#host.shelf.requests(open.repository, page);
        return { ...found, items: found.items.map((request) => this.show(open, request)) };
      });
      for (const request of items) {
        if (Date.parse(request.updatedAt) < from) return;
        yield request;
      }
      after = next;
    } while (after !== undefined);
  }

  show({ repository: { path }, git }: OpenRepository, request: HostedMergeRequest): MergeRequest {
    const target = git.heads.get(request.targetBranch);
    const url = this.urlOf(path, request.number);
    return toMergeRequest(request, { path, url, ...(target !== undefined && { target }) });
  }

  urlOf(path: string, number: number): string {
    return this.#host.urlOf(path, number);
  }

  async notes(open: OpenRepository, number: number): Promise<readonly Note[]> {
    await getRequest(this.#host, open, number);
    return await this.#host.shelf.notes({ repository: open.repository, number });
  }

  shelfOf(
    path: string,
    number: MergeRequestNumber,
    actor: HostedActor,
  ): Parameters<typeof putOwnComment>[0] {
    const host = this.#host;
    const place = ({ id }: Note) => ({ id, url: `${this.urlOf(path, number)}#${id}` });
    const all = async () => {
      const notes = await this.notes(await host.open(path), number);
      return notes.map((note) => ({ ...toComment(note), ...place(note) }));
    };
    return {
      selfId: actor.user.id,
      longest: commentLength - markLength,
      subject: path,
      all,
      find: async (id) => (await all()).find((note) => note.id === id),
      create: async (body) => place(await addNote(host, path, { number, note: { body } }, actor)),
      update: (id, body) => absent(editNote(host, path, { number, id, body }, actor).then(place)),
    };
  }

  async #actorOf(path: string, token: string | undefined): Promise<HostedActor> {
    const { people } = this.#host.client;
    if (token === undefined) {
      return { user: systemUser, permission: 'admin', email: 'trueup@localhost' };
    }
    const user = await people.authenticate(token);
    if (!user) throw unauthorized(path);
    const permission = await people.permission(path, user);
    if (permission === 'none') throw denied(path, 'see it');
    return { user, permission, email: (await people.email(user)) ?? `${user.login}@localhost` };
  }

  /** What was begun goes on: it is written wholly or not at all, and nobody waits for it. */
  async #inTime<T>(path: string, signal: AbortSignal, work: Promise<T>): Promise<T> {
    const { promise: ended, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      reject(new TransientError('FORGE_UNAVAILABLE', `${path}: no answer in time`, path));
    }, this.#answerMs);
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([work, ended]);
    } catch (error) {
      throw translateError(error, path, signal);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }
}

function toComment({ id, author, body, createdAt, updatedAt }: Note) {
  return { id, author, body, createdAt, updatedAt };
}

async function absent<T>(looking: Promise<T | undefined>): Promise<T | undefined> {
  return await looking.catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'FORGE_NOT_FOUND';
}
