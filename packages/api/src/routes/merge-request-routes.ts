import { integer, object, optional, type Schema, text, words } from '../schema/schema.ts';
import {
  acceptedSuggestionSchema,
  commentEditSchema,
  commentSchema,
  newCommentSchema,
  newReviewSchema,
  resolutionSchema,
  reviewSchema,
} from '../wire/discussion.ts';
import { hostedRepositorySchema, hostedSettingsSchema } from '../wire/hosting.ts';
import {
  checkSchema,
  conflictsSchema,
  fileDiffSchema,
  type MergeRequestQuery,
  madeCommitSchema,
  mergeEndSchema,
  mergeOrderSchema,
  mergeRequestEditSchema,
  mergeRequestSchema,
  mergeRequestViewSchema,
  newCheckSchema,
  newCommitSchema,
  newMergeRequestSchema,
  newResolutionSchema,
} from '../wire/merge-request.ts';
import { listOf, pageOf, pageQuery, pageQuerySchema } from '../wire/page.ts';
import { newWebhookSchema, webhookDeliverySchema, webhookSchema } from '../wire/webhook.ts';
import { browseRoutes } from './browse-routes.ts';
import type {
  CommentName,
  CommitName,
  DeliveryName,
  MergeRequestCalls,
  MergeRequestName,
  ReviewName,
  WebhookName,
} from './merge-request-calls.ts';
import { repositoryName } from './parameters.ts';
import type { RouteFor } from './route.ts';

const tag = 'merge-requests';
const repository: Schema<string> = text({ minLength: 1, maxLength: 100 });
const number: Schema<number> = integer({ minimum: 1, maximum: 999_999_999 });
const key: Schema<string> = text({ minLength: 1, maxLength: 40 });
const id: Schema<string> = text({ minLength: 1, maxLength: 20 });

const mergeRequestName: Schema<MergeRequestName> = object<MergeRequestName>({ repository, number });
const commentName: Schema<CommentName> = object<CommentName>({ repository, number, comment: id });
const reviewName: Schema<ReviewName> = object<ReviewName>({ repository, number, review: id });
const commitName: Schema<CommitName> = object<CommitName>({
  repository,
  commit: text({ pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$' }),
});
const query: Schema<MergeRequestQuery> = object<MergeRequestQuery>({
  ...pageQuery,
  state: optional(words(['open', 'merged', 'closed'] as const)),
});

const one = '/repositories/{repository}/merge-requests/{number}';

/** Markdown with many characters that JSON escapes. */
const bodyBytes = 512 * 1024;
const fileBytes = 8 * 1024 * 1024;

type Asking =
  | 'mergeRequests'
  | 'openMergeRequest'
  | 'mergeRequest'
  | 'editMergeRequest'
  | 'closeMergeRequest'
  | 'reopenMergeRequest'
  | 'mergeMergeRequest'
  | 'cancelMerge'
  | 'revertMergeRequest'
  | 'mergeRequestDiff'
  | 'mergeConflicts'
  | 'resolveConflicts';

type RoutesOf<N extends keyof MergeRequestCalls> = {
  readonly [K in N]: RouteFor<MergeRequestCalls[K]>;
};

const asking: RoutesOf<Asking> = {
  mergeRequests: {
    method: 'GET',
    path: '/repositories/{repository}/merge-requests',
    summary: 'Lists merge requests, the one that moved last first',
    tag,
    params: repositoryName,
    query,
    response: pageOf(mergeRequestSchema),
  },
  openMergeRequest: {
    method: 'POST',
    path: '/repositories/{repository}/merge-requests',
    summary: 'Opens a merge request; the open one between the two branches if there is one',
    tag,
    status: 201,
    bodyBytes,
    params: repositoryName,
    body: newMergeRequestSchema,
    response: mergeRequestSchema,
  },
  mergeRequest: {
    method: 'GET',
    path: one,
    summary: 'Shows a merge request, and what stands in its way',
    tag,
    params: mergeRequestName,
    response: mergeRequestViewSchema,
  },
  editMergeRequest: {
    method: 'PUT',
    path: one,
    summary: 'Changes what is named of a merge request',
    tag,
    bodyBytes,
    params: mergeRequestName,
    body: mergeRequestEditSchema,
    response: mergeRequestSchema,
  },
  closeMergeRequest: {
    method: 'POST',
    path: `${one}/close`,
    summary: 'Closes a merge request without merging it',
    tag,
    params: mergeRequestName,
    response: mergeRequestSchema,
  },
  reopenMergeRequest: {
    method: 'POST',
    path: `${one}/reopen`,
    summary: 'Opens a closed merge request again',
    tag,
    params: mergeRequestName,
    response: mergeRequestSchema,
  },
  mergeMergeRequest: {
    method: 'POST',
    path: `${one}/merge`,
    summary: 'Merges a merge request, now or when everything is green',
    tag,
    params: mergeRequestName,
    body: mergeOrderSchema,
    response: mergeEndSchema,
  },
  cancelMerge: {
    method: 'DELETE',
    path: `${one}/merge`,
    summary: 'Takes back that it is merged when everything is green',
    tag,
    params: mergeRequestName,
  },
  revertMergeRequest: {
    method: 'POST',
    path: `${one}/revert`,
    summary: 'Opens a merge request that takes back what another one brought',
    tag,
    status: 201,
    params: mergeRequestName,
    response: mergeRequestSchema,
  },
  mergeRequestDiff: {
    method: 'GET',
    path: `${one}/diff`,
    summary: 'Lists the files that a merge request changes, by path',
    tag,
    params: mergeRequestName,
    query: pageQuerySchema,
    response: pageOf(fileDiffSchema),
  },
  mergeConflicts: {
    method: 'GET',
    path: `${one}/conflicts`,
    summary: 'Shows where a merge request and its target branch do not merge',
    tag,
    params: mergeRequestName,
    response: conflictsSchema,
  },
  resolveConflicts: {
    method: 'POST',
    path: `${one}/conflicts`,
    summary: 'Solves what does not merge, by a merge commit on the branch of the merge request',
    tag,
    status: 201,
    bodyBytes: fileBytes,
    params: mergeRequestName,
    body: newResolutionSchema,
    response: madeCommitSchema,
  },
};

type Telling =
  | 'webhooks'
  | 'addWebhook'
  | 'removeWebhook'
  | 'webhookDeliveries'
  | 'retryWebhookDelivery';

const telling: RoutesOf<Telling> = {
  webhooks: {
    method: 'GET',
    path: '/repositories/{repository}/webhooks',
    summary: 'Lists where the built-in forge tells what happens in a repository',
    tag,
    params: repositoryName,
    response: listOf(webhookSchema),
  },
  addWebhook: {
    method: 'POST',
    path: '/repositories/{repository}/webhooks',
    summary: 'Has events of a repository sent, signed, from now on',
    tag,
    status: 201,
    params: repositoryName,
    body: newWebhookSchema,
    response: webhookSchema,
  },
  removeWebhook: {
    method: 'DELETE',
    path: '/repositories/{repository}/webhooks/{webhook}',
    summary: 'Has nothing sent there any more',
    tag,
    params: object<WebhookName>({ repository, webhook: key }),
  },
  webhookDeliveries: {
    method: 'GET',
    path: '/repositories/{repository}/deliveries',
    summary: 'Lists what was sent or waits, the newest first',
    tag,
    params: repositoryName,
    query: pageQuerySchema,
    response: pageOf(webhookDeliverySchema),
  },
  retryWebhookDelivery: {
    method: 'POST',
    path: '/repositories/{repository}/deliveries/{delivery}/retry',
    summary: 'Sends an event again',
    tag,
    params: object<DeliveryName>({ repository, delivery: key }),
    response: webhookDeliverySchema,
  },
};

type Talking = Exclude<keyof MergeRequestCalls, Asking | Telling | keyof typeof browseRoutes>;

const talking: RoutesOf<Talking> = {
  comments: {
    method: 'GET',
    path: `${one}/comments`,
    summary: 'Lists comments, the oldest first',
    tag,
    params: mergeRequestName,
    query: pageQuerySchema,
    response: pageOf(commentSchema),
  },
  addComment: {
    method: 'POST',
    path: `${one}/comments`,
    summary: 'Comments, begins a thread, or answers in one',
    tag,
    status: 201,
    bodyBytes,
    params: mergeRequestName,
    body: newCommentSchema,
    response: commentSchema,
  },
  editComment: {
    method: 'PUT',
    path: `${one}/comments/{comment}`,
    summary: "Changes one's own comment",
    tag,
    bodyBytes,
    params: commentName,
    body: commentEditSchema,
    response: commentSchema,
  },
  removeComment: {
    method: 'DELETE',
    path: `${one}/comments/{comment}`,
    summary: 'Removes a comment',
    tag,
    params: commentName,
  },
  resolveThread: {
    method: 'PUT',
    path: `${one}/comments/{comment}/resolution`,
    summary: 'Says that a thread is resolved, or that it is not',
    tag,
    params: commentName,
    body: resolutionSchema,
    response: commentSchema,
  },
  applySuggestion: {
    method: 'POST',
    path: `${one}/comments/{comment}/apply`,
    summary: 'Commits what a comment suggests, as it was shown',
    tag,
    status: 201,
    bodyBytes,
    params: commentName,
    body: acceptedSuggestionSchema,
    response: madeCommitSchema,
  },
  reviews: {
    method: 'GET',
    path: `${one}/reviews`,
    summary: 'Lists reviews in the order in which they were given',
    tag,
    params: mergeRequestName,
    response: listOf(reviewSchema),
  },
  addReview: {
    method: 'POST',
    path: `${one}/reviews`,
    summary: 'Reviews the head of a merge request',
    tag,
    status: 201,
    bodyBytes,
    params: mergeRequestName,
    body: newReviewSchema,
    response: reviewSchema,
  },
  dismissReview: {
    method: 'DELETE',
    path: `${one}/reviews/{review}`,
    summary: 'Takes back a review; it stays readable',
    tag,
    params: reviewName,
  },
  checks: {
    method: 'GET',
    path: '/repositories/{repository}/commits/{commit}/checks',
    summary: 'Lists what CIs and Trueup said of a commit',
    tag,
    params: commitName,
    response: listOf(checkSchema),
  },
  postCheck: {
    method: 'POST',
    path: '/repositories/{repository}/commits/{commit}/checks',
    summary: 'Says of a commit what a CI found; replaces what it said before',
    tag,
    params: commitName,
    body: newCheckSchema,
  },
  editFiles: {
    method: 'POST',
    path: '/repositories/{repository}/commits',
    summary: 'Commits changes of files to a branch, without a clone',
    tag,
    status: 201,
    bodyBytes: fileBytes,
    params: repositoryName,
    body: newCommitSchema,
    response: madeCommitSchema,
  },
  hostedRepository: {
    method: 'GET',
    path: '/repositories/{repository}/hosting',
    summary: 'Shows how the built-in forge keeps a repository',
    tag,
    params: repositoryName,
    response: hostedRepositorySchema,
  },
  changeHosting: {
    method: 'PUT',
    path: '/repositories/{repository}/hosting',
    summary: 'Protects branches, and says how merge requests are merged',
    tag,
    params: repositoryName,
    body: hostedSettingsSchema,
    response: hostedRepositorySchema,
  },
};

export const mergeRequestRoutes: RoutesOf<keyof MergeRequestCalls> = {
  ...asking,
  ...talking,
  ...browseRoutes,
  ...telling,
};
