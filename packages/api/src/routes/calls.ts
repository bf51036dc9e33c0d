/** What can be asked of a server: the names and types of all routes. */

import type { Adoption } from '../wire/adoption.ts';
import type { Alert, AlertState, AlertTest, AlertTrial } from '../wire/alert.ts';
import type { AuditEntry } from '../wire/audit-entry.ts';
import type { BrowserSession, SignedIn, SignInRequest } from '../wire/browser-session.ts';
import type { ChangeSet } from '../wire/change-set.ts';
import type { DriftItem } from '../wire/drift-item.ts';
import type { JournalLine } from '../wire/journal.ts';
import type { LinkRedemption, RedeemedLink } from '../wire/link.ts';
import type { LiveEvent } from '../wire/live-event.ts';
import type {
  Actor,
  CreatedToken,
  Member,
  MemberSettings,
  NewToken,
  Token,
} from '../wire/member.ts';
import type { List, Page, PageQuery } from '../wire/page.ts';
import type { Plan, PlannedChange } from '../wire/plan.ts';
import type { NewRepository, Repository, RepositoryView } from '../wire/repository.ts';
import type { RepositoryDiagnostic } from '../wire/repository-diagnostic.ts';
import type { FieldExplanation, OffspringNode, Resource, ResourceEvent } from '../wire/resource.ts';
import type { OpenedRollback, Rollback } from '../wire/rollback.ts';
import type { Rollout } from '../wire/rollout.ts';
import type { Approval, Run } from '../wire/run.ts';
import type { Secret, SecretSettings } from '../wire/secret.ts';
import type { Stack, StackView } from '../wire/stack.ts';
import type { MergeRequestCalls } from './merge-request-calls.ts';

export interface RepositoryCalls {
  repositories: { response: List<RepositoryView> };
  addRepository: { body: NewRepository; response: Repository };
  removeRepository: { params: RepositoryName };
  /** Fetches soon. */
  hintRepository: { params: RepositoryName };
  /** Of all repositories. */
  diagnostics: { response: List<RepositoryDiagnostic> };
}

export interface StackCalls {
  stacks: { query: PageQuery; response: Page<StackView> };
  stack: { params: StackName; response: StackView };
  resources: { params: StackName; response: List<Resource> };
  offspring: { params: StackName; response: List<OffspringNode> };
  resourceEvents: { params: StackName; response: List<ResourceEvent> };
  /** Line by line. */
  logs: { params: StackName; query: LogQuery; stream: string };
  explain: { params: StackName; query: ExplainQuery; response: List<FieldExplanation> };
  pause: { params: StackName; body: Reason; response: Stack };
  unpause: { params: StackName; response: Stack };
  apply: { params: StackName; response: Run };
  rollback: { params: StackName; body: RollbackRequest; response: Run };
  heal: { params: StackName; response: Run };
  adopt: { params: StackName; body: AdoptionRequest; response: Adoption };
}

export interface ChangeSetCalls {
  changeSets: { query: ChangeSetQuery; response: Page<ChangeSet> };
  changeSet: { params: ChangeSetName; response: ChangeSet };
  changeSetApprovals: { params: ChangeSetName; response: List<Approval> };
  /** Of the stacks that the digest names, and whoever asks may approve. */
  approveChangeSet: { params: ChangeSetName; body: ApprovalRequest; response: List<Approval> };
}

export interface RunCalls {
  plan: { params: PlanName; response: Plan };
  planChanges: { params: PlanName; query: PageQuery; response: Page<PlannedChange> };
  runs: { query: RunQuery; response: Page<Run> };
  run: { params: RunName; response: Run };
  journal: { params: RunName; response: List<JournalLine> };
  approvals: { params: RunName; response: List<Approval> };
  approve: { params: RunName; body: ApprovalRequest; response: Approval };
  breakGlass: { params: RunName; body: BreakGlassRequest };
  cancel: { params: RunName };
  hold: { params: RunName };
  resume: { params: RunName; body: ResumeRequest };
  rollouts: { query: PageQuery; response: Page<Rollout> };
  rollout: { params: RolloutName; response: Rollout };
  /** What going back would do. */
  rollbackOf: { params: RolloutName; response: Rollback };
  rollbackRollout: { params: RolloutName; body: Reason; response: OpenedRollback };
  drift: { query: DriftQuery; response: Page<DriftItem> };
  events: { query: EventQuery; stream: LiveEvent };
}

export interface AdministrationCalls {
  /** Who asks. */
  actor: { response: Actor };
  members: { response: List<Member> };
  putMember: { params: MemberName; body: MemberSettings; response: Member };
  removeMember: { params: MemberName };
  tokens: { params: MemberName; response: List<Token> };
  createToken: { params: MemberName; body: NewToken; response: CreatedToken };
  revokeToken: { params: TokenName };
  secrets: { response: List<Secret> };
  putSecret: { params: SecretName; body: SecretSettings };
  removeSecret: { params: SecretName };
  audit: { query: PageQuery; response: Page<AuditEntry> };
  redeemLink: { body: LinkRedemption; response: RedeemedLink };
}

export interface BrowserSessionCalls {
  signedIn: { response: SignedIn };
  signIn: { body: SignInRequest; response: SignedIn };
  signOut: Record<never, never>;
  browserSessions: { params: MemberName; response: List<BrowserSession> };
  endBrowserSession: { params: BrowserSessionName };
}

export interface AlertCalls {
  /** The outbox. */
  alerts: { query: AlertQuery; response: Page<Alert> };
  retryAlert: { params: AlertName; response: Alert };
  testAlert: { params: RepositoryName; body: AlertTest; response: AlertTrial };
}

export interface Calls
  extends RepositoryCalls,
    StackCalls,
    ChangeSetCalls,
    RunCalls,
    AdministrationCalls,
    BrowserSessionCalls,
    AlertCalls,
    MergeRequestCalls {}

export interface AlertName {
  readonly alert: string;
}

export interface AlertQuery extends PageQuery {
  /** Name of the repository. */
  readonly repository?: string;
  readonly state?: AlertState;
}

export interface RepositoryName {
  readonly repository: string;
}

/** A stack's full name is `repository/stack`. */
export interface StackName {
  readonly repository: string;
  readonly stack: string;
}

export interface ChangeSetName {
  readonly changeSet: string;
}

export interface ChangeSetQuery extends PageQuery {
  /** Name of the repository. */
  readonly repository?: string;
  /** Of one merge request. */
  readonly number?: number;
  /** The merge request waits to be merged, and nothing has taken its place. */
  readonly open?: boolean;
}

export interface PlanName {
  readonly plan: string;
}

export interface RunName {
  readonly run: string;
}

export interface RolloutName {
  readonly rollout: string;
}

export interface MemberName {
  readonly member: string;
}

export interface TokenName {
  readonly member: string;
  readonly token: string;
}

export interface BrowserSessionName {
  readonly member: string;
  readonly session: string;
}

export interface SecretName {
  readonly secret: string;
}

export interface LogQuery {
  /** Resource id. */
  readonly resource: string;
  /** The first one if absent: of a pod, its first container. */
  readonly stream?: string;
  /** At most so many of the newest lines. 100 if absent. */
  readonly tailLines?: number;
  /** Goes on with what is written from now on. */
  readonly follow?: boolean;
}

export interface ExplainQuery {
  /** Resource id. */
  readonly resource: string;
  /** As in `spec.containers[name=web].image`. Every field that differs if absent. */
  readonly path?: string;
}

export interface Reason {
  readonly reason: string;
}

export interface AdoptionRequest {
  /** Ids; all that drifted if absent. */
  readonly resources?: readonly string[];
  /** What others added inside these resources is taken as well. */
  readonly foreign?: boolean;
  /** Only tells what would be changed. */
  readonly preview?: boolean;
}

export interface RollbackRequest {
  /** A full revision. */
  readonly revision: string;
  readonly reason: string;
}

export interface RunQuery extends PageQuery {
  /** Full name of the stack. */
  readonly stack?: string;
  readonly ended?: boolean;
}

export interface BreakGlassRequest {
  /** Of the run's newest plan, 12 digits or more. */
  readonly digest: string;
  /** For those who ask afterwards. */
  readonly reason: string;
}

export interface ApprovalRequest {
  /** Of the run's newest plan, or the beginning of it: 12 digits or more. */
  readonly digest: string;
}

export interface ResumeRequest {
  /** What becomes of steps that are in doubt. */
  readonly doubt?: 'repeat' | 'done';
}

export interface DriftQuery extends PageQuery {
  /** Full name of the stack. */
  readonly stack?: string;
  readonly open?: boolean;
}

export interface EventQuery {
  /** The `sequence` of the last event that was seen; what comes from now on if absent. */
  readonly after?: number;
}
