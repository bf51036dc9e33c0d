export type { Comment, CommentPlace, OwnComment } from './comment.ts';
export type { Check, CommitStatus, StatusState } from './commit-status.ts';
export type { Delivery, ForgeHint, WebhookRequest } from './delivery.ts';
export type { Forge, ForgeCall, MergeOrder, MergeRequestFilter } from './forge.ts';
export type {
  ForgeCredential,
  ForgeRepository,
  ForgeRepositoryFacts,
} from './forge-repository.ts';
export type { ForgeGroup, ForgeUser, Permission } from './forge-user.ts';
export type {
  MergeMethod,
  MergeOutcome,
  MergeRequest,
  MergeRequestEnd,
  MergeRequestNumber,
  MergeRequestState,
  NewMergeRequest,
} from './merge-request.ts';
export { RateLimitError } from './rate-limit-error.ts';
export { type ApiRootOptions, apiRootOf, partsOf, readToken } from './rest/api-root.ts';
export { cutLine } from './rest/cut-line.ts';
export {
  type CommentShelf,
  hasMark,
  markLength,
  type PlacedComment,
  putOwnComment,
} from './rest/own-comment.ts';
export { isOwnContext } from './rest/own-context.ts';
export { limitUntil, readLimit } from './rest/read-limit.ts';
export {
  branchAt,
  memberAt,
  numberAt,
  type Payload,
  parsePayload,
  textAt,
} from './rest/read-payload.ts';
export {
  createRestClient,
  longestLimitMs,
  type RestClient,
  type RestOptions,
  type RestQuery,
  type RestWrite,
} from './rest/rest-client.ts';
export type { RestAnswer, RestClock, RestRequest, SendRest } from './rest/rest-request.ts';
export {
  guardOf,
  integer,
  list,
  type MaybeShape,
  maybe,
  object,
  type Shape,
  type ShapeMembers,
  text,
  truth,
} from './rest/shape.ts';
export { TagCache } from './rest/tag-cache.ts';
export {
  toCommitHint,
  toMergeRequestHint,
} from './rest/to-hint.ts';
export { translateStatus } from './rest/translate-status.ts';
export {
  deliveryId,
  type SignedDelivery,
  verifyHmac,
  verifyToken,
} from './rest/verify-delivery.ts';
export { absentWhenNotFound, notFound } from './rest/when-not-found.ts';
export type { Review, Verdict } from './review.ts';
