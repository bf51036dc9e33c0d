export {
  applySideBySide,
  type SideBySideRules,
  type StartApplying,
} from './apply-side-by-side.ts';
export type { CallContext, SealedPlace } from './call-context.ts';
export type {
  Action,
  Cause,
  Change,
  Confidence,
  FieldChange,
  ForeignField,
  Gap,
  Hazard,
  Plan,
  Writer,
} from './change.ts';
export { diffFields, type FieldDifference, type KeysOf } from './diff-fields.ts';
export { digestBody } from './digest-body.ts';
export type { Explore, LogRequest, OffspringNode, ResourceEvent } from './explore.ts';
export type { Files, LaidOutFolder } from './files.ts';
export type { Health, HealthStatus } from './health.ts';
export type { LeaseAnswer, LeaseRequest, TargetLease } from './lease.ts';
export { type End, isEnd, type Outcome } from './outcome.ts';
export type {
  ApplyRequest,
  FieldPlace,
  ForeignRule,
  InputRead,
  LocateRequest,
  ObserveRequest,
  PlanRequest,
  Prepared,
  PrepareRequest,
  Provider,
  Survey,
  SurveyRequest,
} from './provider.ts';
export {
  type DesiredResource,
  formatResourceId,
  type ObservedResource,
  type Position,
  parseResourceId,
  type ResourceAddress,
  type ResourceId,
} from './resource.ts';
export { concerns, type RollbackLimit, type RollbackStatement } from './rollback.ts';
export {
  createSettingsComplaints,
  namesSecret,
  quoteName,
  type SettingsComplaints,
} from './settings-complaints.ts';
export type { Inputs, Output, Stack, Target } from './target.ts';
