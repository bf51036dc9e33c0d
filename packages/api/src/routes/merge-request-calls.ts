/** What can be asked about repositories of the built-in forge. */
import type { Branch, HistoryEntry, HistoryQuery, PathQuery, PathView } from '../wire/browse.ts';
import type {
  AcceptedSuggestion,
  Comment,
  NewComment,
  NewReview,
  Review,
} from '../wire/discussion.ts';
import type { HostedRepository, HostedSettings } from '../wire/hosting.ts';
import type {
  Check,
  Conflicts,
  FileDiff,
  MadeCommit,
  MergeEnd,
  MergeOrder,
  MergeRequest,
  MergeRequestEdit,
  MergeRequestQuery,
  MergeRequestView,
  NewCheck,
  NewCommit,
  NewMergeRequest,
  NewResolution,
} from '../wire/merge-request.ts';
import type { List, Page, PageQuery } from '../wire/page.ts';
import type { NewWebhook, Webhook, WebhookDelivery } from '../wire/webhook.ts';

export interface MergeRequestCalls {
  mergeRequests: { params: OfRepository; query: MergeRequestQuery; response: Page<MergeRequest> };
  openMergeRequest: { params: OfRepository; body: NewMergeRequest; response: MergeRequest };
  mergeRequest: { params: MergeRequestName; response: MergeRequestView };
  editMergeRequest: { params: MergeRequestName; body: MergeRequestEdit; response: MergeRequest };
  closeMergeRequest: { params: MergeRequestName; response: MergeRequest };
  reopenMergeRequest: { params: MergeRequestName; response: MergeRequest };
  mergeMergeRequest: { params: MergeRequestName; body: MergeOrder; response: MergeEnd };
  cancelMerge: { params: MergeRequestName };
  revertMergeRequest: { params: MergeRequestName; response: MergeRequest };
  mergeRequestDiff: { params: MergeRequestName; query: PageQuery; response: Page<FileDiff> };
  mergeConflicts: { params: MergeRequestName; response: Conflicts };
  resolveConflicts: { params: MergeRequestName; body: NewResolution; response: MadeCommit };
  comments: { params: MergeRequestName; query: PageQuery; response: Page<Comment> };
  addComment: { params: MergeRequestName; body: NewComment; response: Comment };
  editComment: { params: CommentName; body: { readonly body: string }; response: Comment };
  removeComment: { params: CommentName };
  resolveThread: { params: CommentName; body: { readonly resolved: boolean }; response: Comment };
  applySuggestion: { params: CommentName; body: AcceptedSuggestion; response: MadeCommit };
  reviews: { params: MergeRequestName; response: List<Review> };
  addReview: { params: MergeRequestName; body: NewReview; response: Review };
  dismissReview: { params: ReviewName };
  checks: { params: CommitName; response: List<Check> };
  postCheck: { params: CommitName; body: NewCheck };
  branches: { params: OfRepository; response: List<Branch> };
  readPath: { params: OfRepository; query: PathQuery; response: PathView };
  history: { params: OfRepository; query: HistoryQuery; response: Page<HistoryEntry> };
  editFiles: { params: OfRepository; body: NewCommit; response: MadeCommit };
  hostedRepository: { params: OfRepository; response: HostedRepository };
  webhooks: { params: OfRepository; response: List<Webhook> };
  addWebhook: { params: OfRepository; body: NewWebhook; response: Webhook };
  removeWebhook: { params: WebhookName };
  webhookDeliveries: {
    params: OfRepository;
    query: PageQuery;
    response: Page<WebhookDelivery>;
  };
  retryWebhookDelivery: { params: DeliveryName; response: WebhookDelivery };
  changeHosting: { params: OfRepository; body: HostedSettings; response: HostedRepository };
}

/** Its registered name. */
export interface OfRepository {
  readonly repository: string;
}

export interface MergeRequestName extends OfRepository {
  readonly number: number;
}

export interface CommentName extends MergeRequestName {
  readonly comment: string;
}

export interface ReviewName extends MergeRequestName {
  readonly review: string;
}

export interface CommitName extends OfRepository {
  readonly commit: string;
}

export interface WebhookName extends OfRepository {
  readonly webhook: string;
}

export interface DeliveryName extends OfRepository {
  readonly delivery: string;
}
