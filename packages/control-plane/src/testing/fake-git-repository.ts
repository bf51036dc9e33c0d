import { hash } from 'node:crypto';

import { StalledError } from '@trueup/diagnostics';
import type { Revision } from '@trueup/engine';
import { createMemoryFiles } from '@trueup/provider-sdk/testing';

import type {
  Commit,
  CommitRange,
  FileEdit,
  GitRepository,
  ListedCommit,
  MergeResult,
  RevisionFiles,
  TakenBack,
  TakingBack,
} from '../repository/git-repository.ts';

/** What a push writes: text by path; `undefined` removes the file. */
export type PushedFiles = Readonly<Record<string, string | undefined>>;

export interface PushOptions {
  readonly author?: string;
  readonly email?: string;
  readonly message?: string;
}

interface Snapshot {
  readonly commit: Commit;
  readonly parent: Revision | undefined;
  readonly files: ReadonlyMap<string, string>;
}

/**
 * A remote repository and its mirror, in memory: a push is seen by the mirror after the next fetch,
 * as it is with a real one. Everything that a control plane needs of Git, and nothing else.
 */
export class FakeGitRepository implements GitRepository {
  readonly #snapshots = new Map<Revision, Snapshot>();
  #pushed: Revision | undefined;
  #fetched: Revision | undefined;
  #failure: Error | undefined;
  #fetches = 0;
  #closed = false;
  readonly #made = new Map<string, Revision>();
  /** Refs that somebody asked for. */
  readonly brought: string[] = [];
  /** Branches that were pushed by whoever mirrors it. */
  readonly branches: Map<string, Revision> = new Map();
  /** Told of each of them. */
  onBranch: ((branch: string, revision: Revision) => void) | undefined;
  /** What had to stay, each time that somebody tidied. */
  readonly tidied: (readonly Revision[])[] = [];

  // For tests.

  /** Commits on top of what was pushed last, and answers with the new revision. */
  push(files: PushedFiles, options: PushOptions = {}): Revision {
    const before = this.#pushed === undefined ? undefined : this.#snapshots.get(this.#pushed);
    return this.#commit(overlay(before?.files ?? new Map(), files), options);
  }

  /** The branch becomes another one, without what was pushed before. */
  forcePush(files: Readonly<Record<string, string>>, options: PushOptions = {}): Revision {
    this.#pushed = undefined;
    return this.#commit(new Map(Object.entries(files)), options);
  }

  /** Commits on top of a revision, on no branch: the head of a merge request. */
  propose(files: PushedFiles, options: PushOptions & { readonly base: Revision }): Revision {
    const present = overlay(this.#find(options.base).files, files);
    return this.#record(present, options.base, options);
  }

  /** Every fetch fails like this, until it is called without an error. */
  failWith(error: Error | undefined): void {
    this.#failure = error;
  }

  /** All that a revision has. */
  filesOf(revision: Revision): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#find(revision).files);
  }

  /** How often somebody fetched. */
  get fetches(): number {
    return this.#fetches;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** What a new process does with a mirror that an earlier one closed. */
  reopen(): this {
    this.#closed = false;
    return this;
  }

  // The port.

  async head(): Promise<Revision | undefined> {
    return this.#fetched;
  }

  async fetch(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#fetches += 1;
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    if (this.#failure) throw this.#failure;
    this.#fetched = this.#pushed;
  }

  async open(revision: Revision): Promise<RevisionFiles> {
    const { files } = this.#find(revision);
    const memory = createMemoryFiles(Object.fromEntries(files));
    return {
      ...memory,
      record: () =>
        Object.fromEntries(memory.asked.map((path) => [path, identifyPath(files, path)])),
    };
  }

  async directories(revision: Revision): Promise<readonly string[]> {
    const folders = new Set(['']);
    for (const path of this.#find(revision).files.keys()) {
      const parts = path.split('/').slice(0, -1);
      for (const [index] of parts.entries()) folders.add(parts.slice(0, index + 1).join('/'));
    }
    return [...folders].sort();
  }

  async identify(
    revision: Revision,
    paths: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    const { files } = this.#find(revision);
    return new Map(paths.map((path) => [path, identifyPath(files, path)]));
  }

  async commit(revision: Revision): Promise<Commit> {
    return this.#find(revision).commit;
  }

  async commitsBetween({ from, to, limit }: CommitRange): Promise<readonly ListedCommit[]> {
    if (from !== undefined) this.#find(from);
    const left = new Set(from === undefined ? [] : this.#history(from));
    const revisions = this.#history(to).filter((one) => !left.has(one));
    return revisions
      .slice(0, limit)
      .map((revision) => ({ revision, emails: [this.#find(revision).commit.email] }));
  }

  async changedFiles(from: Revision | undefined, to: Revision): Promise<readonly string[]> {
    const before = from === undefined ? new Map<string, string>() : this.#find(from).files;
    const after = this.#find(to).files;
    const all = new Set([...before.keys(), ...after.keys()]);
    return [...all].filter((path) => before.get(path) !== after.get(path)).sort();
  }

  async bring({
    ref,
    revision,
  }: {
    readonly ref: string;
    readonly revision: Revision;
  }): Promise<boolean> {
    this.brought.push(ref);
    return this.#snapshots.has(revision);
  }

  /** By whole files: a file that both sides changed since they parted is a conflict. */
  async merge(into: Revision, from: Revision): Promise<MergeResult> {
    const ours = this.#find(into).files;
    const theirs = this.#find(from).files;
    const behind = new Set(this.#history(into));
    const parted = this.#history(from).find((one) => behind.has(one));
    if (parted === undefined) return { kind: 'unrelated' };
    const before = this.#find(parted).files;
    const changed = [...new Set([...before.keys(), ...theirs.keys()])].filter(
      (path) => theirs.get(path) !== before.get(path),
    );
    const conflicts = changed.filter(
      (path) => ours.get(path) !== before.get(path) && ours.get(path) !== theirs.get(path),
    );
    if (conflicts.length > 0) return { kind: 'conflicts', files: conflicts.sort() };
    const files = Object.fromEntries(changed.map((path) => [path, theirs.get(path)]));
    const message = `Merge ${from}`;
    return { kind: 'merged', revision: this.#record(overlay(ours, files), into, { message }) };
  }

  /** By whole files, as {@link merge}. */
  async takeBack({ before, after, onto, message, author }: TakingBack): Promise<TakenBack> {
    const [old, brought, now] = [before, after, onto].map((one) => this.#find(one).files);
    const paths = await this.changedFiles(before, after);
    const left = paths.filter((path) => now?.get(path) !== old?.get(path));
    if (left.length === 0) return { kind: 'nothing' };
    const conflicts = left.filter((path) => now?.get(path) !== brought?.get(path));
    if (conflicts.length > 0) return { kind: 'conflicts', files: conflicts };
    const files = Object.fromEntries(left.map((path) => [path, old?.get(path)]));
    const words = { message, author: author.name, email: author.email };
    const present = overlay(now ?? new Map(), files);
    return { kind: 'made', revision: this.#record(present, onto, words) };
  }

  /** The same always gives the same one. */
  async commitFiles({ base, files, message, author, at }: FileEdit): Promise<Revision | undefined> {
    const before = this.#find(base).files;
    if ([...files].every(([path, text]) => before.get(path) === text)) return undefined;
    const key = JSON.stringify([base, [...files], message, author, at]);
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const words = { message, author: author.name, email: author.email };
    const made = this.#record(overlay(before, Object.fromEntries(files)), base, words);
    this.#made.set(key, made);
    return made;
  }

  async pushBranch({
    branch,
    revision,
    expected,
  }: {
    readonly branch: string;
    readonly revision: Revision;
    readonly expected?: Revision;
  }): Promise<boolean> {
    const at = this.branches.get(branch);
    if (at !== expected && at !== revision) return false;
    this.branches.set(branch, revision);
    this.onBranch?.(branch, revision);
    return true;
  }

  /** The first commit, going back, whose parent does not have this line in that file. */
  async blame(place: {
    readonly revision: Revision;
    readonly file: string;
    readonly line: number;
  }): Promise<Commit | undefined> {
    const { file } = place;
    let snapshot = this.#find(place.revision);
    const line = linesOf(snapshot, file)[place.line - 1];
    if (line === undefined) return undefined;
    for (;;) {
      const { parent } = snapshot;
      const before = parent === undefined ? undefined : this.#snapshots.get(parent);
      if (!before || !linesOf(before, file).includes(line)) return snapshot.commit;
      snapshot = before;
    }
  }

  async tidy(needed: readonly Revision[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.tidied.push(needed);
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #commit(files: ReadonlyMap<string, string>, options: PushOptions): Revision {
    const revision = this.#record(files, this.#pushed, options);
    this.#pushed = revision;
    return revision;
  }

  /** This revision and those before it, the newest first. */
  #history(revision: Revision): readonly Revision[] {
    const revisions: Revision[] = [];
    for (let one: Revision | undefined = revision; one !== undefined; ) {
      revisions.push(one);
      one = this.#snapshots.get(one)?.parent;
    }
    return revisions;
  }

  #record(
    files: ReadonlyMap<string, string>,
    parent: Revision | undefined,
    options: PushOptions,
  ): Revision {
    const { author = 'Ada', email = 'ada@example.com', message = 'Change things' } = options;
    const number = this.#snapshots.size;
    const revision = hash('sha1', JSON.stringify([number, parent, [...files], email, message]));
    const committedAt = new Date(Date.UTC(2026, 0, 1, 0, 0, number)).toISOString();
    const commit = { revision, author, email, committedAt, summary: message };
    this.#snapshots.set(revision, { commit, parent, files });
    return revision;
  }

  #find(revision: Revision): Snapshot {
    const found = this.#snapshots.get(revision);
    if (!found) throw new StalledError('REPOSITORY_REVISION_MISSING', `${revision}: there is none`);
    return found;
  }
}

function overlay(
  before: ReadonlyMap<string, string>,
  files: PushedFiles,
): ReadonlyMap<string, string> {
  const present = [...before, ...Object.entries(files)].flatMap(([path, text]) =>
    text === undefined ? [] : [[path, text] as const],
  );
  const removed = new Set(Object.keys(files).filter((path) => files[path] === undefined));
  return new Map(present.filter(([path]) => !removed.has(path)));
}

function linesOf({ files }: Snapshot, file: string): readonly string[] {
  return files.get(file)?.split('\n') ?? [];
}

/** As Git does: a file by its content, a folder by all of its contents, nothing for nothing. */
function identifyPath(files: ReadonlyMap<string, string>, path: string): string {
  const text = files.get(path);
  if (text !== undefined) return hash('sha1', text);
  const prefix = path === '' ? '' : `${path}/`;
  const below = [...files].filter(([name]) => name.startsWith(prefix));
  return below.length === 0 ? '' : hash('sha1', JSON.stringify(below.sort()));
}
