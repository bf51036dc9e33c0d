import type { Diagnostic } from '@trueup/diagnostics';
import type { Revision } from '@trueup/engine';
import type { Files } from '@trueup/provider-sdk';

/** The repository at one revision, with a record of what was asked of it. */
export interface RevisionFiles extends Files {
  /** What could not be given so far (links to the outside, huge files); absent if that cannot be. */
  diagnostics?(): readonly Diagnostic[];
  /** What was found by path, to be compared and stored. */
  record(): Readonly<Record<string, string>>;
}

export interface Commit {
  readonly revision: Revision;
  readonly author: string;
  readonly email: string;
  /** RFC 3339. */
  readonly committedAt: string;
  /** First line of the message. */
  readonly summary: string;
}

/** One of a range. */
export interface ListedCommit {
  readonly revision: Revision;
  /** Addresses of who wrote and who committed it. */
  readonly emails: readonly string[];
}

/** Without `from` all that `to` comes from. */
export interface CommitRange {
  readonly from?: Revision;
  readonly to: Revision;
  /** At most so many. */
  readonly limit: number;
}

/** `files` are those that people have to look at, sorted. */
export type MergeResult =
  | { readonly kind: 'merged'; readonly revision: Revision }
  | { readonly kind: 'conflicts'; readonly files: readonly string[] }
  | { readonly kind: 'unrelated' };

/** What is taken back, and in whose words. */
export interface TakingBack {
  readonly before: Revision;
  readonly after: Revision;
  /** What it is taken back from. */
  readonly onto: Revision;
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
  /** RFC 3339. */
  readonly at: string;
}

/** `nothing`: all of it was taken back already. */
export type TakenBack =
  | { readonly kind: 'made'; readonly revision: Revision }
  | { readonly kind: 'conflicts'; readonly files: readonly string[] }
  | { readonly kind: 'nothing' };

/** What some files are to be, and in whose words. */
export interface FileEdit {
  /** What it changes. */
  readonly base: Revision;
  /** Text by path. */
  readonly files: ReadonlyMap<string, string>;
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
  /** RFC 3339. */
  readonly at: string;
}

/** One mirrored Git repository, as the control plane needs it. Reads never check out. */
export interface GitRepository {
  /** The branch's revision by the last fetch; `undefined` while the branch is unborn. */
  head(): Promise<Revision | undefined>;
  /** Fetches now. Calls at the same time share one fetch. */
  fetch(signal: AbortSignal): Promise<void>;
  open(revision: Revision, signal: AbortSignal): Promise<RevisionFiles>;
  /** All directories, sorted; the root is the empty text. */
  directories(revision: Revision, signal: AbortSignal): Promise<readonly string[]>;
  /** What a revision has at these paths, as a record would have it. */
  identify(
    revision: Revision,
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>>;
  commit(revision: Revision, signal: AbortSignal): Promise<Commit>;
  /** What one revision has and the other has not, the newest first. */
  commitsBetween(range: CommitRange, signal: AbortSignal): Promise<readonly ListedCommit[]>;
  /** Files that differ, sorted; all of them where `from` is absent. A rename is two. */
  changedFiles(
    from: Revision | undefined,
    to: Revision,
    signal: AbortSignal,
  ): Promise<readonly string[]>;
  /**
   * Fetches what a ref leads to that is not followed: a merge request's head. False when it leads
   * elsewhere by now, or is gone. What was brought, and what was merged, stays until tidied away.
   */
  bring(
    wanted: { readonly ref: string; readonly revision: Revision },
    signal: AbortSignal,
  ): Promise<boolean>;
  /** What one revision would be with the other merged into it. The same two give the same one. */
  merge(into: Revision, from: Revision, signal: AbortSignal): Promise<MergeResult>;
  /** Makes a commit that takes back what `after` brought on top of `before`. Nobody sees it yet. */
  takeBack(taking: TakingBack, signal: AbortSignal): Promise<TakenBack>;
  /** Makes a commit, which nobody sees yet. The same always gives the same one; `undefined` where nothing changes. */
  commitFiles(edit: FileEdit, signal: AbortSignal): Promise<Revision | undefined>;
  /** Makes a branch of the remote, or moves it from where it is expected. False where it is elsewhere. */
  pushBranch(
    place: {
      readonly branch: string;
      readonly revision: Revision;
      /** Absent: it must not exist. */
      readonly expected?: Revision;
    },
    signal: AbortSignal,
  ): Promise<boolean>;
  /** Who wrote a line; `undefined` where nobody can tell. */
  blame(
    place: { readonly revision: Revision; readonly file: string; readonly line: number },
    signal: AbortSignal,
  ): Promise<Commit | undefined>;
  /**
   * Packs what fetches left behind and drops what nobody needs. `needed` stays readable, also where the
   * branch no longer leads to it; reading and fetching go on meanwhile.
   */
  tidy(needed: readonly Revision[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
