/**
 * Follows the registered repositories: fetches each at its interval and when hinted at, and takes up
 * every new head.
 *
 * F1. One fetch for each repository at a time; hints that come meanwhile lead to one more.
 * F2. A repository that cannot be fetched keeps its last head, says so, and is tried again, later
 *     each time up to its interval or a minute, whichever is longer.
 */
import { type Diagnostic, OperationError } from '@trueup/diagnostics';
import type { RepositoryRecord, Run, Store } from '@trueup/engine';

import type { GitRepository } from '../repository/git-repository.ts';
import { takeUpRevision } from '../rollouts/take-up-revision.ts';
import type { ConfigurationCache } from '../stacks/configuration-cache.ts';
import type { ReadSecret } from '../stacks/resolve-secrets.ts';

export interface FollowingPorts {
  readonly store: Store;
  readonly now: () => number;
  readonly newId: () => string;
  readonly random: () => number;
  readonly configurations: ConfigurationCache;
  readonly readSecret: ReadSecret;
  readonly open: (
    repository: RepositoryRecord,
    credential: string | undefined,
  ) => Promise<GitRepository>;
  readonly onRuns: (runs: readonly Run[]) => void;
  readonly log: (
    level: 'info' | 'warn' | 'error',
    message: string,
    fields: Readonly<Record<string, string | number | boolean>>,
  ) => void;
}

interface Followed {
  record: RepositoryRecord;
  git: GitRepository | undefined;
  timer: NodeJS.Timeout | undefined;
  busy: Promise<void> | undefined;
  again: boolean;
  failures: number;
}

export class RepositoryFollowing {
  readonly #ports: FollowingPorts;
  readonly #followed = new Map<string, Followed>();
  readonly #stopping = new AbortController();

  constructor(ports: FollowingPorts) {
    this.#ports = ports;
  }

  async start(): Promise<void> {
    for (const record of await this.#ports.store.repositories()) await this.follow(record);
  }

  /** Begins to follow, or goes on with what was changed about it. */
  async follow(record: RepositoryRecord): Promise<void> {
    const known = this.#followed.get(record.name);
    await known?.git?.close();
    const begun = { record, git: undefined, timer: undefined, busy: undefined };
    this.#followed.set(record.name, { ...begun, again: false, failures: 0 });
    await this.#openGit(record.name);
    this.hint(record.name);
  }

  async unfollow(name: string): Promise<void> {
    const followed = this.#followed.get(name);
    clearTimeout(followed?.timer);
    this.#followed.delete(name);
    await followed?.busy;
    await followed?.git?.close();
  }

  /** Fetches soon. Nothing happens for a name that is not followed. */
  hint(name: string): void {
    const followed = this.#followed.get(name);
    if (!followed || this.#stopping.signal.aborted) return;
    clearTimeout(followed.timer);
    if (followed.busy !== undefined) {
      followed.again = true;
      return;
    }
    followed.again = false;
    followed.busy = this.#advance(name, followed).finally(() => {
      followed.busy = undefined;
      if (followed.again) this.hint(name);
      else this.#schedule(name, followed);
    });
  }

  repository(name: string): RepositoryRecord | undefined {
    return this.#followed.get(name)?.record;
  }

  /** @throws Error for a name that is not followed. */
  git(name: string): GitRepository {
    const git = this.#followed.get(name)?.git;
    if (!git) throw new Error(`${name}: not followed`);
    return git;
  }

  async stop(reason: Error): Promise<void> {
    this.#stopping.abort(reason);
    for (const name of [...this.#followed.keys()]) {
      const followed = this.#followed.get(name);
      clearTimeout(followed?.timer);
      await followed?.busy;
      await followed?.git?.close();
    }
    this.#followed.clear();
  }

  async #openGit(name: string): Promise<void> {
    const followed = this.#followed.get(name);
    if (!followed) return;
    const { record } = followed;
    try {
      const use = { kind: 'repository', name } as const;
      const { credential } = record;
      const secret = credential && (await this.#ports.readSecret(credential, use));
      followed.git = await this.#ports.open(record, secret);
    } catch (error) {
      await this.#noteFailure(followed, error);
    }
  }

  #schedule(name: string, followed: Followed): void {
    if (this.#stopping.signal.aborted || this.#followed.get(name) !== followed) return;
    const { intervalMs } = followed.record;
    const backoff = Math.min(1000 * 2 ** followed.failures, Math.max(intervalMs, 60_000));
    const base = followed.failures > 0 ? backoff : intervalMs;
    const delay = base * (0.9 + this.#ports.random() * 0.2);
    followed.timer = setTimeout(() => this.hint(name), delay);
  }

  async #advance(name: string, followed: Followed): Promise<void> {
    const { signal } = this.#stopping;
    try {
      if (!followed.git) await this.#openGit(name);
      const { git } = followed;
      if (!git) return;
      await git.fetch(signal);
      const head = await git.head();
      if (head !== undefined && head !== followed.record.head) {
        await this.#takeUp(followed, git, head);
      } else if (followed.failures > 0) {
        await this.#noteRecovery(followed);
      }
      followed.failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      await this.#noteFailure(followed, error);
    }
  }

  async #takeUp(followed: Followed, git: GitRepository, head: string): Promise<void> {
    const { store, now, newId, configurations, onRuns } = this.#ports;
    const { signal } = this.#stopping;
    const read = await configurations.read(git, head, signal);
    const ports = { store, git, read, now, newId, signal };
    const taken = await takeUpRevision(followed.record, head, ports);
    followed.record = taken.repository;
    this.#ports.log('info', 'took up a revision', {
      repository: followed.record.name,
      revision: head,
      runs: taken.runs.length,
    });
    onRuns(taken.runs);
  }

  async #noteFailure(followed: Followed, error: unknown): Promise<void> {
    followed.failures += 1;
    const { name } = followed.record;
    const known = error instanceof OperationError;
    const summary = known ? error.message : `${name}: following failed`;
    const code = known ? error.code : 'REPOSITORY_FAILED';
    this.#ports.log('warn', known ? summary : String(error), { repository: name, code });
    const problem: Diagnostic = { severity: 'error', code, path: [], summary };
    const others = followed.record.diagnostics.filter(({ origin }) => origin !== undefined);
    await this.#keep(followed, { ...followed.record, diagnostics: [...others, problem] });
  }

  async #noteRecovery(followed: Followed): Promise<void> {
    const fetchedAt = new Date(this.#ports.now()).toISOString();
    const diagnostics = followed.record.diagnostics.filter(({ origin }) => origin !== undefined);
    await this.#keep(followed, { ...followed.record, fetchedAt, diagnostics });
  }

  async #keep(followed: Followed, record: RepositoryRecord): Promise<void> {
    followed.record = record;
    await this.#ports.store.commit([{ kind: 'repository', record }]);
  }
}
