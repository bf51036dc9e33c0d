export { ApiError, UnreachableError } from './client/api-error.ts';
export {
  type ApiClient,
  type ApiClientOptions,
  createApiClient,
} from './client/create-api-client.ts';
export type { StreamPace } from './client/follow-stream.ts';
export { describeApi, type OpenApiDocument, statusOf } from './open-api/describe-api.ts';
export type {
  ApprovalRequest,
  Calls,
  DriftQuery,
  ExplainQuery,
  LogQuery,
  RunQuery,
  StackName,
} from './routes/calls.ts';
export { apiPrefix, type Call, type Route } from './routes/route.ts';
export { listRoutes, type NamedRoute, type RouteName, routes } from './routes/routes.ts';
export type { JsonSchema, Schema } from './schema/schema.ts';
export type { AuditEntry } from './wire/audit-entry.ts';
export type { Action, Change, FieldChange, Writer } from './wire/change.ts';
export type { RepositoryDiagnostic } from './wire/diagnostic.ts';
export type { DriftItem } from './wire/drift-item.ts';
export type { JournalEntry, Outcome } from './wire/journal.ts';
export { formatWire, parseWire } from './wire/json-text.ts';
export type { LiveEvent } from './wire/live-event.ts';
export type {
  Actor,
  CreatedToken,
  Grant,
  Member,
  MemberSettings,
  Role,
  Token,
} from './wire/member.ts';
export { type List, largestPage, type Page, type PageQuery, usualPage } from './wire/page.ts';
export type {
  ForeignField,
  Gap,
  GuardFinding,
  Plan,
  PlannedChange,
  Withheld,
} from './wire/plan.ts';
export type { Mistake, Problem } from './wire/problem.ts';
export type { NewRepository, Repository } from './wire/repository.ts';
export type {
  FieldExplanation,
  Health,
  OffspringNode,
  Resource,
  ResourceEvent,
} from './wire/resource.ts';
export type { Rollout, RolloutStack } from './wire/rollout.ts';
export type { Approval, Phase, Run } from './wire/run.ts';
export type { Secret, SecretSettings, SecretUse } from './wire/secret.ts';
export type { HealthStatus, Stack, StackView } from './wire/stack.ts';
