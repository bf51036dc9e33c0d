import type { Comment, CommentPlace, OwnComment } from './comment.ts';
import type { Check, CommitStatus } from './commit-status.ts';
import type { Delivery, WebhookRequest } from './delivery.ts';
import type { ForgeRepository, ForgeRepositoryFacts } from './forge-repository.ts';
import type { ForgeGroup, ForgeUser, Permission } from './forge-user.ts';
import type {
  MergeMethod,
  MergeOutcome,
  MergeRequest,
  MergeRequestNumber,
  NewMergeRequest,
} from './merge-request.ts';
import type { Review } from './review.ts';

export interface ForgeCall {
  /** When it aborts, the call stops within a second and rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

export interface MergeRequestFilter {
  readonly state: 'open' | 'all';
  /** RFC 3339: only those that moved at or after it. */
  readonly updatedSince?: string;
}

export interface MergeOrder {
  readonly number: MergeRequestNumber;
  /** The head that may be merged, and no other. */
  readonly commit: string;
  readonly method: MergeMethod;
}

/**
 * The code for one kind of forge: a place where merge requests, reviews and checks live.
 *
 * Arguments and answers are plain data. Failures are {@link TransientError} (a rate limit among them: the
 * adapter waits for short ones by itself, and tells of long ones by a {@link RateLimitError}) or
 * {@link StalledError}; what does
 * not exist, or may not be seen, is `undefined` where the answer says so and `FORGE_NOT_FOUND`
 * elsewhere. Every list is whole, whatever pages it came in, in the order that its member names.
 * Texts that come from a forge are hostile; credentials show in no answer and no error (P5).
 */
export interface Forge {
  /** `hosted`, `github`, `gitlab`, `gitea`. */
  readonly name: string;

  readonly limits: {
    /** How many characters (UTF-16) a comment may have. */
    readonly commentLength: number;
  };

  /**
   * Full name of the ref, in the target's repository, that leads to the head of a merge request: its
   * branch may lie in a fork. Pure.
   */
  headRef(number: MergeRequestNumber): string;

  /** Who we are there and what we may do. */
  describe(repository: ForgeRepository, call: ForgeCall): Promise<ForgeRepositoryFacts>;

  /** The one that moved last comes first. */
  mergeRequests(
    repository: ForgeRepository,
    filter: MergeRequestFilter,
    call: ForgeCall,
  ): AsyncIterable<MergeRequest>;

  mergeRequest(
    repository: ForgeRepository,
    number: MergeRequestNumber,
    call: ForgeCall,
  ): Promise<MergeRequest | undefined>;

  /** The one whose merge made this commit the head of its target branch. */
  mergeRequestOf(
    repository: ForgeRepository,
    commit: string,
    call: ForgeCall,
  ): Promise<MergeRequest | undefined>;

  /** In the order in which they were given; several of one author are all there. */
  reviews(
    repository: ForgeRepository,
    number: MergeRequestNumber,
    call: ForgeCall,
  ): Promise<readonly Review[]>;

  /** The oldest first; only those that moved at or after `since`, ours included. */
  comments(
    repository: ForgeRepository,
    request: { readonly number: MergeRequestNumber; readonly since?: string },
    call: ForgeCall,
  ): Promise<readonly Comment[]>;

  /**
   * What CIs posted on a commit. Of several of one name the newest. What is called `trueup/…` is left
   * out, whoever posted it: a CI often shares our account, and nobody else speaks in our name.
   */
  checks(repository: ForgeRepository, commit: string, call: ForgeCall): Promise<readonly Check[]>;

  /** `undefined` when there is no such group, or we may not see it. */
  group(
    repository: ForgeRepository,
    name: string,
    call: ForgeCall,
  ): Promise<ForgeGroup | undefined>;

  permission(repository: ForgeRepository, user: ForgeUser, call: ForgeCall): Promise<Permission>;

  /**
   * Creates our comment, or updates it in place. Twice the same text writes once. A comment of ours
   * that somebody deleted is made again; one that bears our mark but is not ours is left alone.
   * `FORGE_COMMENT_TOO_LONG` when the body is longer than {@link Forge.limits}: nothing is written.
   */
  putComment(
    repository: ForgeRepository,
    request: { readonly number: MergeRequestNumber; readonly comment: OwnComment },
    call: ForgeCall,
  ): Promise<CommentPlace>;

  /** Twice the same is harmless. */
  putStatus(
    repository: ForgeRepository,
    request: { readonly commit: string; readonly status: CommitStatus },
    call: ForgeCall,
  ): Promise<void>;

  /** The open one between the same two branches, if there is one, is the answer. */
  openMergeRequest(
    repository: ForgeRepository,
    request: NewMergeRequest,
    call: ForgeCall,
  ): Promise<MergeRequest>;

  /** Closing a closed one is harmless; a merged one stays merged. */
  closeMergeRequest(
    repository: ForgeRepository,
    number: MergeRequestNumber,
    call: ForgeCall,
  ): Promise<void>;

  merge(repository: ForgeRepository, order: MergeOrder, call: ForgeCall): Promise<MergeOutcome>;

  /**
   * Reads a webhook's request that was signed with one of `secrets` (several while one is being
   * replaced). Pure; compares in constant time, and parses nothing before the signature holds.
   */
  readDelivery(request: WebhookRequest, secrets: readonly string[]): Delivery;
}
