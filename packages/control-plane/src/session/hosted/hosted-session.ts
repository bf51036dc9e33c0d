/** What somebody can ask about repositories of the built-in forge. `repository` is a registered name. */
import type { Page, PageRequest } from '@trueup/engine';
import type {
  Branch,
  Conflicts,
  Edited,
  FileDiff,
  HistoryEntry,
  HostedReview,
  NewNote,
  NewReview,
  NewStatus,
  Note,
  PathRequest,
  PathView,
  Protection,
  Resolution,
} from '@trueup/forge-hosted';
import type { ForgeUser, MergeMethod } from '@trueup/forge-sdk';

export interface RequestKey {
  readonly repository: string;
  readonly number: number;
}

/** A comment or a review of a merge request. */
export interface TalkKey extends RequestKey {
  readonly id: string;
}

export interface HostedRequest {
  readonly number: number;
  readonly title: string;
  readonly description: string;
  readonly author: ForgeUser;
  readonly draft: boolean;
  readonly labels: readonly string[];
  readonly reviewers: readonly ForgeUser[];
  readonly source: {
    readonly repository: string;
    readonly branch: string;
    readonly commit: string;
  };
  readonly target: { readonly branch: string; readonly commit: string };
  readonly state: 'open' | 'merged' | 'closed';
  readonly merged?: { readonly commit: string; readonly by: ForgeUser; readonly at: string };
  readonly autoMerge?: {
    readonly method: MergeMethod;
    readonly by: ForgeUser;
    readonly at: string;
  };
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface HostedCheck extends Omit<NewStatus, 'context'> {
  readonly name: string;
  readonly by: ForgeUser;
  readonly updatedAt: string;
}

/** Who owns what it changes, by one section of CODEOWNERS in the target branch. */
export interface RequestOwners {
  readonly section?: string;
  readonly owners: readonly string[];
  /** The first of the paths. */
  readonly paths: readonly string[];
}

export interface HostedRequestView extends HostedRequest {
  readonly fit: 'merges' | 'behind' | 'conflicts' | 'unrelated';
  /** The first thing that keeps whoever asks from merging it now, one sentence. */
  readonly obstacle?: string;
  readonly approvedBy: readonly ForgeUser[];
  readonly checks: readonly HostedCheck[];
  readonly openThreads: number;
  readonly owners: readonly RequestOwners[];
  /** What whoever asks may do with it. */
  readonly may: readonly ('comment' | 'review' | 'approve' | 'edit' | 'merge')[];
}

export interface NewRequest {
  readonly source: string;
  readonly target?: string;
  readonly title: string;
  readonly description?: string;
  readonly draft?: boolean;
  readonly labels?: readonly string[];
  /** Names of members. */
  readonly reviewers?: readonly string[];
}

export type RequestChange = Partial<Omit<NewRequest, 'source'>>;

export interface MergeWish {
  readonly commit: string;
  readonly method?: MergeMethod;
  readonly whenGreen?: boolean;
  /** Its branch goes once it is merged. */
  readonly deleteSource?: boolean;
}

export type MergeEnd =
  | { readonly kind: 'merged'; readonly commit: string }
  | { readonly kind: 'waiting' };

export interface NewCheck extends Omit<NewStatus, 'context' | 'description'> {
  readonly name: string;
  readonly description?: string;
}

export interface NewHostedCommit {
  readonly branch: string;
  readonly from?: string;
  readonly expected?: string;
  readonly message: string;
  readonly files: readonly { readonly path: string; readonly content?: string }[];
}

export interface HostingSettings {
  readonly protections: readonly Protection[];
  readonly mergeMethods: readonly MergeMethod[];
}

export interface HostedPlace extends HostingSettings {
  readonly path: string;
  readonly defaultBranch: string;
  readonly cloneUrl: string;
}

/** `CONFLICT` for a repository that lies elsewhere. */
export interface HostedSession {
  mergeRequests(
    repository: string,
    filter: { readonly state?: HostedRequest['state'] },
    page: PageRequest,
  ): Promise<Page<HostedRequest>>;
  openMergeRequest(repository: string, request: NewRequest): Promise<HostedRequest>;
  mergeRequest(key: RequestKey, signal: AbortSignal): Promise<HostedRequestView>;
  editMergeRequest(key: RequestKey, change: RequestChange): Promise<HostedRequest>;
  closeMergeRequest(key: RequestKey): Promise<HostedRequest>;
  reopenMergeRequest(key: RequestKey): Promise<HostedRequest>;
  /** `CONFLICT` when something stands in its way, which the message says. */
  mergeMergeRequest(key: RequestKey, wish: MergeWish): Promise<MergeEnd>;
  cancelMerge(key: RequestKey): Promise<void>;
  revertMergeRequest(key: RequestKey): Promise<HostedRequest>;
  mergeRequestDiff(
    key: RequestKey,
    page: PageRequest,
    signal: AbortSignal,
  ): Promise<Page<FileDiff>>;
  /** A merge commit on the merge request's branch, with what was solved. */
  resolveConflicts(key: RequestKey, resolution: Omit<Resolution, 'number'>): Promise<Edited>;
  mergeConflicts(key: RequestKey, signal: AbortSignal): Promise<Conflicts>;

  comments(key: RequestKey, page: PageRequest): Promise<Page<Note>>;
  addComment(key: RequestKey, note: NewNote): Promise<Note>;
  editComment(key: TalkKey, body: string): Promise<Note>;
  removeComment(key: TalkKey): Promise<void>;
  resolveThread(key: TalkKey, resolved: boolean): Promise<Note>;
  /** `CONFLICT` where the comment is not what was shown. */
  applySuggestion(
    key: TalkKey,
    shown: { readonly body: string; readonly commit: string },
  ): Promise<Edited>;
  reviews(key: RequestKey): Promise<readonly HostedReview[]>;
  addReview(key: RequestKey, review: Omit<NewReview, 'number'>): Promise<HostedReview>;
  dismissReview(key: TalkKey): Promise<void>;

  checks(repository: string, commit: string): Promise<readonly HostedCheck[]>;
  postCheck(repository: string, commit: string, check: NewCheck): Promise<void>;
  /** The default branch first. */
  branches(repository: string): Promise<readonly Branch[]>;
  /** What lies at a path: `path` is empty for the root, `revision` absent for the default branch. */
  readPath(repository: string, request: PathRequest, signal: AbortSignal): Promise<PathView>;
  history(
    repository: string,
    request: PathRequest,
    page: PageRequest,
    signal: AbortSignal,
  ): Promise<Page<HistoryEntry>>;
  editFiles(repository: string, commit: NewHostedCommit): Promise<Edited>;
  hostedRepository(repository: string): Promise<HostedPlace>;
  changeHosting(repository: string, settings: HostingSettings): Promise<HostedPlace>;
}
