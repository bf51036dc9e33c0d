export {
  type Actor,
  type Grant,
  may,
  type Question,
  type Role,
  roles,
  type Subject,
  type Verb,
} from './access/may.ts';
export type { Member, OneTimeLink, SecretRecord, SecretUse, TokenRecord } from './access/member.ts';
export type { Approval } from './approval/approval.ts';
export {
  type AuditEntry,
  type AuditLine,
  findTampering,
  firstLink,
  linkAudit,
} from './audit/audit-entry.ts';
export type { DriftItem } from './drift/drift-item.ts';
export {
  type ChangePlace,
  type Digest,
  digestChange,
  digestChanges,
  digestPlan,
  isCovered,
} from './plan/digest.ts';
export { orderChanges, type Wave } from './plan/order-changes.ts';
export type {
  GuardFinding,
  PlanId,
  PlannedChange,
  PlanRecord,
  Withheld,
} from './plan/plan-record.ts';
export type { Rollout, RolloutStack, RolloutStackState } from './rollout/rollout.ts';
export {
  type BegunStep,
  type JournalEntry,
  openSteps,
  type StoredJournalEntry,
} from './run/journal.ts';
export {
  type EndPhase,
  type Extent,
  type HoldReason,
  isEnded,
  type Phase,
  type Purpose,
  type Run,
  type RunId,
  type WaitReason,
} from './run/run.ts';
export type {
  RenderRecord,
  RepositoryId,
  RepositoryRecord,
  Revision,
  StackId,
  StackRecord,
  StackStanding,
} from './stack/stack-record.ts';
export type { LiveEvent } from './store/live-event.ts';
export type {
  Lease,
  LeaseRequest,
  Page,
  PageRequest,
  RunFilter,
  Store,
  Write,
} from './store/store.ts';
