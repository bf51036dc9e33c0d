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
export type { Review, Verdict } from './review.ts';
