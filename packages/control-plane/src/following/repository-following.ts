/**
 * Follows the registered repositories: fetches each at its interval and when hinted at, and takes up
 * every new head.
 *
 * F1. One fetch for each repository at a time; hints that come meanwhile lead to one more, a little
 *     later: a flood of them costs no more than ten fetches a second.
 * F2. A repository that cannot be fetched keeps its last head, says so, and is tried again, later
 *     each time up to its interval or a minute, whichever is longer.
 */
import {
  type Diagnostic,
  type JsonObject,
  OperationError,
  StalledError,
  TransientError,
} from '@trueup/diagnostics';
import type { RepositoryRecord, Run, Store } from '@trueup/engine';
import { Turns } from '@trueup/repository';
import type { ConfigurationCache } from '../configuration/configuration-cache.ts';
import type { GitRepository } from '../repository/git-repository.ts';
import { takeUpRevision } from '../rollouts/take-up-revision.ts';
import type { ReadSecret } from '../stacks/resolve-secrets.ts';
import { MirrorUpkeep } from './mirror-upkeep.ts';

export interface FollowingPorts {
  readonly store: Store;
  readonly now: () => number;
  readonly newId: () => string;
  readonly random: () => number;
  readonly configurations: ConfigurationCache;
  readonly readSecret: ReadSecret;
  /** By repository id: what becomes of its rollouts is decided by one at a time. */
  readonly turns: Turns;
  readonly open: (
    repository: RepositoryRecord,
    readCredential: () => Promise<string | undefined>,
  ) => Promise<GitRepository>;
  /** Removes what lies on the disk of repositories other than these. Absent where nothing does. */
  readonly removeMirrors?: (kept: readonly string[]) => Promise<void>;
  readonly onRuns: (runs: readonly Run[]) => void;
  /** A repository has a new head, which is written down. */
  readonly onAdvanced: (name: string) => void;
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
  /** When the last fetch ended, in ms. */
  endedAt: number;
  failures: number;
  /** Aborts when it is no longer followed. */
  readonly left: AbortController;
  /** Aborts then, or when all following stops. */
  readonly signal: AbortSignal;
}

const allMirrors = 'mirrors';
/** Half of what anybody notices. */
const pauseMs = 100;
/** So many repositories are fetched at once after a start; beyond that, ten a second. */
const unspread = 10;
const spreadEachMs = 100;
const longestSpreadMs = 30_000;

export class RepositoryFollowing {
  readonly #ports: FollowingPorts;
  readonly #followed = new Map<string, Followed>();
  readonly #stopping = new AbortController();
  readonly #upkeep: MirrorUpkeep;
  /** A mirror that is made while others are removed must not be taken for one of those. */
  readonly #mirrors = new Turns();

  constructor(ports: FollowingPorts) {
    this.#ports = ports;
    const { store, now, random } = ports;
    const onError = (error: unknown, repository: string): void =>
      ports.log('warn', 'a mirror could not be tidied', { repository, error: nameOf(error) });
    this.#upkeep = new MirrorUpkeep({ store, now, random, onError });
  }

  /** Opens what is registered, so that it can be read. Nothing is fetched before `begin`. */
  async open(): Promise<void> {
    // A process that was killed may have left mirrors of repositories that are no longer followed.
    await this.removeMirrors();
    for (const record of await this.#ports.store.repositories()) await this.#add(record);
  }

  /** Of repositories that are not registered any more. It must not keep anybody from following. */
  async removeMirrors(): Promise<void> {
    const { store, removeMirrors, log } = this.#ports;
    await this.#mirrors.take(allMirrors, async () => {
      const kept = (await store.repositories()).map(({ id }) => id);
      await removeMirrors?.(kept).catch((error: unknown) => {
        log('warn', 'a mirror could not be removed', { error: nameOf(error) });
      });
    });
  }

  /** Fetches all that was opened: a few at once, many one after the other in random order. */
  begin(): void {
    const spreadMs = Math.max(this.#followed.size - unspread, 0) * spreadEachMs;
    for (const [name, followed] of this.#followed) {
      const delay = Math.min(spreadMs, longestSpreadMs) * this.#ports.random();
      if (delay === 0) this.hint(name);
      else followed.timer = setTimeout(() => this.hint(name), delay);
    }
  }

  /** Begins to follow. The name is not followed yet, and the record is in the store. */
  async follow(record: RepositoryRecord): Promise<void> {
    await this.#add(record);
    this.hint(record.name);
  }

  /** Ends what is under way: however long the remote takes, nobody waits for it. */
  async unfollow(name: string): Promise<void> {
    const followed = this.#followed.get(name);
    if (!followed) return;
    const reason = new Error('no longer followed');
    clearTimeout(followed.timer);
    this.#followed.delete(name);
    followed.left.abort(reason);
    await followed.busy;
    await this.#close(followed, reason);
  }

  async #close({ record, git }: Followed, reason: Error): Promise<void> {
    await this.#upkeep.leave(record.id, reason);
    await git?.close();
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
    const sinceMs = this.#ports.now() - followed.endedAt;
    if (sinceMs >= 0 && sinceMs < pauseMs) {
      followed.timer = setTimeout(() => this.hint(name), pauseMs - sinceMs);
      return;
    }
    followed.again = false;
    followed.busy = this.#advance(followed).then(() => {
      followed.busy = undefined;
      followed.endedAt = this.#ports.now();
      this.#schedule(name, followed);
    });
  }

  /** Of all that are followed. */
  names(): readonly string[] {
    return [...this.#followed.keys()];
  }

  repository(name: string): RepositoryRecord | undefined {
    return this.#followed.get(name)?.record;
  }

  /** @throws TransientError `REPOSITORY_NOT_OPEN` for one that is not followed, or cannot be. */
  git(name: string): GitRepository {
    const git = this.#followed.get(name)?.git;
    if (git) return git;
    throw new TransientError('REPOSITORY_NOT_OPEN', `${name}: cannot be read at present`, name);
  }

  async stop(reason: Error): Promise<void> {
    this.#stopping.abort(reason);
    const all = [...this.#followed.values()];
    for (const { timer } of all) clearTimeout(timer);
    await Promise.all(
      all.map(async (followed) => {
        await followed.busy;
        await this.#close(followed, reason);
      }),
    );
    this.#followed.clear();
  }

  async #add(record: RepositoryRecord): Promise<void> {
    const begun = { record, git: undefined, timer: undefined, busy: undefined };
    const left = new AbortController();
    const signal = AbortSignal.any([left.signal, this.#stopping.signal]);
    const followed = { ...begun, again: false, endedAt: 0, failures: 0, left, signal };
    this.#followed.set(record.name, followed);
    // What keeps it from being opened is told when it is fetched.
    await this.#openGit(followed).catch(() => undefined);
  }

  async #openGit(followed: Followed): Promise<GitRepository> {
    if (followed.git) return followed.git;
    const { record } = followed;
    const { credential, name } = record;
    const use = { kind: 'repository', name } as const;
    const { open, readSecret } = this.#ports;
    const readCredential = async (): Promise<string | undefined> =>
      credential === undefined ? undefined : readSecret(credential, use);
    const git = await this.#mirrors.take(allMirrors, () => open(record, readCredential));
    followed.git = git;
    return git;
  }

  #schedule(name: string, followed: Followed): void {
    if (this.#stopping.signal.aborted || this.#followed.get(name) !== followed) return;
    const { intervalMs } = followed.record;
    const backoff = Math.min(1000 * 2 ** followed.failures, Math.max(intervalMs, 60_000));
    const base = followed.failures > 0 ? backoff : intervalMs;
    const calm = base * (0.9 + this.#ports.random() * 0.2);
    const delay = followed.again ? pauseMs : calm;
    followed.timer = setTimeout(() => this.hint(name), delay);
  }

  /** Never rejects. */
  async #advance(followed: Followed): Promise<void> {
    try {
      await this.#fetch(followed);
      followed.failures = 0;
    } catch (error) {
      if (followed.signal.aborted) return;
      followed.failures += 1;
      await this.#noteFailure(followed, error).catch((worse: unknown) => {
        this.#ports.log('error', String(worse), { repository: followed.record.name });
      });
    }
  }

  async #fetch(followed: Followed): Promise<void> {
    const git = await this.#openGit(followed);
    await git.fetch(followed.signal);
    const head = await git.head();
    if (head === undefined) throw noBranch(followed.record);
    if (head !== followed.record.head) {
      await this.#takeUp(followed, git, head);
    } else if (hasTrouble(followed.record)) {
      await this.#noteRecovery(followed);
    }
    this.#upkeep.afterFetch(followed.record, git);
  }

  async #takeUp(followed: Followed, git: GitRepository, head: string): Promise<void> {
    const { store, now, newId, configurations, onRuns } = this.#ports;
    const { signal } = followed;
    const readAt = (revision: string) => configurations.read(git, revision, signal);
    const read = await readAt(head);
    const ports = { store, git, read, readAt, now, newId, signal };
    const { id } = followed.record;
    const taken = await this.#ports.turns.take(id, () =>
      takeUpRevision(followed.record, head, ports),
    );
    followed.record = taken.repository;
    this.#ports.log('info', 'took up a revision', {
      repository: followed.record.name,
      revision: head,
      runs: taken.runs.length,
    });
    onRuns(taken.runs);
    this.#ports.onAdvanced(followed.record.name);
  }

  async #noteFailure(followed: Followed, error: unknown): Promise<void> {
    const { record } = followed;
    const { name } = record;
    const known = error instanceof OperationError;
    const summary = known ? error.message : `${name}: following failed`;
    const code = known ? error.code : 'REPOSITORY_FAILED';
    this.#ports.log('warn', known ? summary : String(error), { repository: name, code });
    const problem: Diagnostic = { severity: 'error', code, path: [], summary };
    const told = record.diagnostics.some((one) => isTrouble(one) && one.summary === summary);
    if (told) return;
    const others = record.diagnostics.filter((one) => !isTrouble(one));
    const body = { code, message: summary };
    await this.#keep(followed, { ...record, diagnostics: [...others, problem] }, 'failed', body);
  }

  async #noteRecovery(followed: Followed): Promise<void> {
    const fetchedAt = new Date(this.#ports.now()).toISOString();
    const diagnostics = followed.record.diagnostics.filter((one) => !isTrouble(one));
    await this.#keep(followed, { ...followed.record, fetchedAt, diagnostics }, 'recovered', {});
  }

  async #keep(...[followed, record, phase, body]: Kept): Promise<void> {
    followed.record = record;
    const at = new Date(this.#ports.now()).toISOString();
    const event = { at, type: `repository:${phase}`, repository: record.name, body };
    await this.#ports.store.commit([
      { kind: 'repository', record },
      { kind: 'event', event },
    ]);
  }
}

/** For the log; the message of a foreign error may repeat anything. */
function nameOf(error: unknown): string {
  if (error instanceof OperationError) return error.code;
  return error instanceof Error ? error.name : typeof error;
}

type Kept = readonly [
  followed: Followed,
  record: RepositoryRecord,
  phase: 'failed' | 'recovered',
  body: JsonObject,
];

function noBranch({ name, branch }: RepositoryRecord): StalledError {
  const message = `${name}: the repository has no branch ${branch}`;
  return new StalledError('REPOSITORY_BRANCH_MISSING', message, name);
}

function hasTrouble({ diagnostics }: RepositoryRecord): boolean {
  return diagnostics.some(isTrouble);
}

/** What is wrong with following stands in no file; everything that is wrong with a file does. */
function isTrouble({ origin }: Diagnostic): boolean {
  return origin === undefined;
}
