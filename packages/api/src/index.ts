export { ApiError, UnreachableError } from './client/api-error.ts';
export {
  type ApiClient,
  type ApiClientOptions,
  createApiClient,
} from './client/create-api-client.ts';
export type { StreamPace } from './client/follow-stream.ts';
export { describeApi, type OpenApiDocument } from './open-api/describe-api.ts';
export type {
  AdoptionRequest,
  AlertQuery,
  ApprovalRequest,
  BreakGlassRequest,
  Calls,
  DriftQuery,
  EventQuery,
  ExplainQuery,
  LogQuery,
  Reason,
  ResumeRequest,
  RollbackRequest,
  RunQuery,
  StackName,
} from './routes/calls.ts';
export { apiPrefix, type Call, type Route, statusOf } from './routes/route.ts';
export {
  listRoutes,
  type NamedRoute,
  type RouteName,
  type Routes,
  routes,
} from './routes/routes.ts';
export { webhookRoute } from './routes/webhook-route.ts';
export type { Schema } from './schema/schema.ts';
export type { AdoptedField, Adoption, OpenedAdoption, RefusedField } from './wire/adoption.ts';
export type { Alert, AlertState, AlertTest, AlertTrial } from './wire/alert.ts';
export type { AuditEntry } from './wire/audit-entry.ts';
export type {
  Branch,
  FolderEntry,
  HistoryEntry,
  PathContent,
  PathView,
} from './wire/browse.ts';
export type { BrowserSession, SignedIn, SignInRequest } from './wire/browser-session.ts';
export type { Action, Change, FieldChange, ForeignField } from './wire/change.ts';
export type {
  ChangeSet,
  ChangeSetApproval,
  ChangeSetRefusal,
  ChangeSetStack,
} from './wire/change-set.ts';
export type { AcceptedSuggestion, Comment, NewReview, Review } from './wire/discussion.ts';
export type { DriftAdoption, DriftItem } from './wire/drift-item.ts';
export type { Health, HealthStatus } from './wire/health.ts';
export type { HostedRepository, HostedSettings, Protection } from './wire/hosting.ts';
export type { JournalEntry, JournalLine, Outcome } from './wire/journal.ts';
export { formatWire, parseWire } from './wire/json-text.ts';
export type { LinkRedemption, RedeemedLink } from './wire/link.ts';
export type { LiveEvent } from './wire/live-event.ts';
export type {
  Actor,
  CreatedToken,
  Grant,
  Member,
  MemberSettings,
  NewToken,
  Role,
  Token,
} from './wire/member.ts';
export type {
  Check,
  ConflictFile,
  Conflicts,
  FileDiff,
  MergeEnd,
  MergeMethod,
  MergeRequest,
  MergeRequestView,
  NewCheck,
  NewCommit,
  NewMergeRequest,
  NewResolution,
  ResolvedFile,
} from './wire/merge-request.ts';
export { defaultLimit, type List, type Page, type PageQuery } from './wire/page.ts';
export type {
  AskedRequirement,
  Gap,
  GuardFinding,
  Plan,
  PlannedChange,
  Withheld,
} from './wire/plan.ts';
export { type Problem, problemType, type RequestFinding } from './wire/problem.ts';
export type { ForgeLink, NewRepository, Repository, RepositoryView } from './wire/repository.ts';
export type { RepositoryDiagnostic } from './wire/repository-diagnostic.ts';
export type {
  FieldExplanation,
  OffspringNode,
  Resource,
  ResourceEvent,
  Writer,
} from './wire/resource.ts';
export type { LeftBehind, OpenedRollback, Rollback, StackRollback } from './wire/rollback.ts';
export type { Rollout, RolloutStack } from './wire/rollout.ts';
export type { Approval, Phase, Run } from './wire/run.ts';
export type { Secret, SecretSettings, SecretUse } from './wire/secret.ts';
export type { Stack, StackView } from './wire/stack.ts';
export type { MergeRequestVerb, Verb } from './wire/verb.ts';
export type { NewWebhook, Webhook, WebhookDelivery, WebhookEvent } from './wire/webhook.ts';
