/**
 * Keeps the hosted repositories: their records, their Git, and the order in which both change.
 *
 * H1. Whatever reads a record or a branch and writes what follows takes the repository's turn.
 * H2. Git's refs are the truth about branches: records follow them, also after a crash, when a repository
 *     is opened for the first time.
 * H3. A record and what has to be told because of it are written in one batch.
 */
import { collectGarbage, Turns } from '@trueup/repository';

import type { HostedClient, HostedEvent, RecordWrite } from '../hosted-client.ts';
import {
  allMergeMethods,
  type HostedRepository,
  isHostedPath,
  type Protection,
} from '../model/hosted-repository.ts';
import { conflict, invalid, notFound } from '../translate-errors.ts';
import { HostedGit } from './hosted-git.ts';
import { putRepository, RecordShelf } from './record-shelf.ts';

export interface HostOptions {
  readonly client: HostedClient;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
  /** H2. Called once for each repository, in its turn, before anybody else gets it. */
  readonly settle: (host: RepositoryHost, open: OpenRepository) => Promise<void>;
  /** What nobody waits for went wrong. */
  readonly onError: (error: unknown, subject: string) => void;
  /** Root of the addresses at which people and git reach this host, without a slash at its end. */
  readonly publicUrl: () => string;
  /**
   * Below that root, where people read a merge request. By the repository's path, where this is absent or
   * answers nothing.
   */
  readonly requestPath?: (path: string, number: number) => string | undefined;
}

/** Looking whether there is enough to pack takes a few milliseconds; packing takes a processor. */
const tidyMs = 3_600_000;

export interface NewHostedRepository {
  readonly path: string;
  /** `main` if absent. It is protected. */
  readonly defaultBranch?: string;
}

/** A repository as it is now, and its Git. */
export interface OpenRepository {
  readonly repository: HostedRepository;
  readonly git: HostedGit;
}

export class RepositoryHost implements AsyncDisposable {
  readonly client: HostedClient;
  readonly shelf: RecordShelf;
  readonly #options: HostOptions;
  readonly #turns = new Turns();
  readonly #gits = new Map<string, Promise<HostedGit>>();
  readonly #closing = new AbortController();
  readonly #tidiedMs = new Map<string, number>();
  #tidying: Promise<void> | undefined;
  #newest = 0;

  constructor(options: HostOptions) {
    this.#options = options;
    this.client = options.client;
    this.shelf = new RecordShelf(options.client.records);
  }

  get publicUrl(): string {
    return this.#options.publicUrl();
  }

  /** The address of a merge request, for people. */
  urlOf(path: string, number: number): string {
    const known = this.#options.requestPath?.(path, number);
    return `${this.publicUrl}${known ?? `/merge-requests/${path}/${number}`}`;
  }

  /** RFC 3339. Another time at every call, so that what happens has an order. */
  at(): string {
    this.#newest = Math.max(this.#options.now(), this.#newest + 1);
    return new Date(this.#newest).toISOString();
  }

  /** `FORGE_CONFLICT` where there is one of this path, `FORGE_REQUEST_INVALID` for what is no path. */
  async create({ path, defaultBranch = 'main' }: NewHostedRepository): Promise<HostedRepository> {
    if (!isHostedPath(path)) {
      const form = 'two parts or more of a-z, 0-9, ".", "_" and "-", as in shop/gitops';
      throw invalid(path, `not a path of a repository: ${form}`);
    }
    return await this.#turns.take('repositories', async () => {
      if (await this.shelf.repository(path)) throw conflict(path, 'there is one already');
      const repository: HostedRepository = {
        id: this.#options.newId(),
        path,
        defaultBranch,
        createdAt: this.at(),
        lastNumber: 0,
        lastId: 0,
        mergeMethods: allMergeMethods,
        protections: [unconditional(defaultBranch)],
      };
      const git = await this.#git(repository);
      const symbolic = ['symbolic-ref', 'HEAD', `refs/heads/${defaultBranch}`];
      await git.own.run({ arguments: symbolic }, this.#closing.signal);
      await this.write([putRepository(repository)], []);
      return repository;
    });
  }

  /** `FORGE_NOT_FOUND` where there is none. */
  async open(path: string): Promise<OpenRepository> {
    this.#closing.signal.throwIfAborted();
    const repository = await this.shelf.repository(path);
    if (!repository) throw notFound(path);
    return { repository, git: await this.#git(repository) };
  }

  /** H1. `work` must not take the turn of the same repository. */
  async inTurn<T>(path: string, work: (open: OpenRepository) => Promise<T>): Promise<T> {
    const { repository, git } = await this.open(path);
    return await this.#turns.take(repository.id, async () => {
      const now = await this.shelf.repository(path);
      if (now?.id !== repository.id) throw notFound(path);
      return await work({ repository: now, git });
    });
  }

  /**
   * Packs what pushes left behind, beside everything else, at most once an hour for each repository. Never
   * rejects, and waits for nothing.
   */
  tidySoon({ repository, git }: OpenRepository): void {
    const last = this.#tidiedMs.get(repository.id) ?? 0;
    if (this.#tidying || this.#options.now() - last < tidyMs) return;
    this.#tidiedMs.set(repository.id, this.#options.now());
    const { signal } = this.#closing;
    this.#tidying = collectGarbage(git.own, signal)
      .catch((error: unknown) => {
        if (!signal.aborted) this.#options.onError(error, repository.path);
      })
      .finally(() => {
        this.#tidying = undefined;
      });
  }

  /** H3 */
  async write(writes: readonly RecordWrite[], events: readonly HostedEvent[]): Promise<void> {
    await this.client.records.commit(writes, events);
  }

  /** Waits for what is under way, and ends its processes. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turns.settle();
    this.#closing.abort(new Error('the built-in forge is closed'));
    await this.#tidying;
    for (const opening of this.#gits.values()) {
      const git = await opening.catch(() => undefined);
      await git?.own[Symbol.asyncDispose]();
    }
    this.#gits.clear();
  }

  #git(repository: HostedRepository): Promise<HostedGit> {
    const known = this.#gits.get(repository.id);
    if (known) return known;
    const opening = this.#openGit(repository);
    this.#gits.set(repository.id, opening);
    opening.catch(() => this.#gits.delete(repository.id));
    return opening;
  }

  /** H2 */
  async #openGit(repository: HostedRepository): Promise<HostedGit> {
    const { signal } = this.#closing;
    const git = new HostedGit(await this.client.openGit(repository.id, signal), signal);
    await git.refresh();
    await this.#turns.take(repository.id, () => this.#options.settle(this, { repository, git }));
    return git;
  }
}

/** By merge requests only, and nothing more is asked. */
function unconditional(pattern: string): Protection {
  return { pattern, checks: [], approvals: 0, resolvedThreads: false };
}
