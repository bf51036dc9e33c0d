/**
 * What somebody can ask of a running control plane.
 *
 * A session is bound to one actor, and every member asks the one decision function (`may`) before
 * it does anything, so no surface (HTTP, events, command line) can forget to. What the actor may not
 * view is answered as if it did not exist.
 */
import type { Diagnostic, FieldPath, Json, Origin } from '@trueup/diagnostics';
import type {
  Actor,
  AlertRecord,
  AppliedEnd,
  Approval,
  AuditEntry,
  ChangeSet,
  ChangeSetStack,
  ForgeLink,
  Grant,
  LiveEvent,
  Member,
  Page,
  PageRequest,
  PlannedChange,
  PlanRecord,
  Refusal,
  RepositoryRecord,
  Rollout,
  Run,
  SecretRecord,
  SecretUse,
  StackRecord,
  StoredJournalEntry,
  TokenRecord,
  Verb,
} from '@trueup/engine';
import type {
  Health,
  LogRequest,
  OffspringNode,
  ResourceEvent,
  ResourceId,
  Writer,
} from '@trueup/provider-sdk';
import type { BrowserSessionView } from '../access/browser-sessions.ts';
import type { AlertTrial } from '../alerts/alerts.ts';
import type { AdoptionSession, DriftView } from './adoption-session.ts';
import type { HostedSession } from './hosted/hosted-session.ts';
import type { WebhookSession } from './hosted/webhook-session.ts';
import type { RollbackSession } from './rollback/rollback-session.ts';

export interface NewRepository {
  /** Letters, digits, `-`, `_`, `.`: the first half of its stacks' names. */
  readonly name: string;
  /** Absent for one of the built-in forge: it follows from its path there. */
  readonly url?: string;
  /** `main` if absent. `refs/heads/main` is taken as `main`. */
  readonly branch?: string;
  /** Name of a secret that may be used for it. */
  readonly credential?: string;
  /** How often it is fetched without a hint. 60 s if absent. */
  readonly intervalMs?: number;
  /** Where its merge requests are. */
  readonly forge?: ForgeLink;
}

/** What a member may do, and what rules and commits know them by. */
export interface MemberSettings {
  readonly grants: readonly Grant[];
  readonly groups?: readonly string[];
  readonly emails?: readonly string[];
  /** Its accounts on forges: `gitea:42`. Each is one member's. */
  readonly identities?: readonly string[];
}

/** What a merge request would bring, for one state of its two branches. */
export interface ChangeSetView {
  readonly id: string;
  /** Name of the repository. */
  readonly repository: string;
  readonly number: number;
  /** Hostile; absent where it is not known yet. */
  readonly title?: string;
  readonly head: string;
  readonly base: string;
  /** Absent where the branches do not merge. */
  readonly merged?: string;
  /** The account of its author: `gitea:42`. */
  readonly author: string;
  readonly digest: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly phase: ChangeSet['phase']['name'];
  readonly conflicts?: readonly string[];
  readonly mergeCommit?: string;
  readonly applied?: AppliedEnd;
  readonly diagnostics: readonly Diagnostic[];
  readonly stacks: Readonly<Record<string, ChangeSetStackView>>;
  /** Address of our comment on the forge. */
  readonly comment?: string;
  readonly holdBy?: string;
  readonly refusals: readonly Refusal[];
  /** What whoever asks may do with its stacks. */
  readonly may: readonly Verb[];
}

export interface ChangeSetStackView {
  readonly state: ChangeSetStack['name'];
  readonly plan?: string;
  readonly digest?: string;
  readonly plannedAt?: string;
  /** Of a planned one: where it goes, also where nobody has seen the stack before. */
  readonly target?: string;
  readonly reason?: string;
  readonly diagnostics?: readonly Diagnostic[];
  /** Absent in lists. */
  readonly approval?: {
    /** In words; empty where nobody is asked. */
    readonly required: string;
    readonly covered: boolean;
    readonly given: readonly string[];
    readonly uncounted: readonly { readonly who: string; readonly reason: string }[];
    readonly dropped?: string;
  };
}

export interface StackView extends StackRecord {
  /** The newest run, if there was one. */
  readonly lastRun?: Run;
  /** How many drift items are not closed. */
  readonly driftCount: number;
  /** What whoever asks may do with it. */
  readonly may: readonly Verb[];
}

export interface RepositoryView extends RepositoryRecord {
  readonly may: readonly Verb[];
}

export interface ResourceView {
  readonly id: ResourceId;
  readonly health: Health;
  readonly drifted: boolean;
}

/** Who set a field, on both sides. */
export interface FieldExplanation {
  readonly id: ResourceId;
  readonly path: FieldPath;
  /** Absent when Git does not set it, and where it may not be shown. A seal where both sides differ. */
  readonly desired?: Json;
  /** Absent when the target does not have it. */
  readonly observed?: Json;
  /** It holds a secret, or may. */
  readonly sensitive: boolean;
  /** The line of Git that sets it, and who wrote that line. */
  readonly origin?: Origin & {
    readonly revision: string;
    readonly author?: string;
    readonly committedAt?: string;
    readonly summary?: string;
  };
  /** Who wrote the observed value. */
  readonly writer?: Writer;
  /** The run that last applied this resource. */
  readonly appliedBy?: { readonly run: string; readonly revision: string; readonly at: string };
}

/** A message of the outbox, for people. */
export interface AlertView extends Omit<AlertRecord, 'to' | 'message' | 'keys'> {
  /** What kind of place, and which; without secrets. */
  readonly destination: string;
  readonly event: AlertRecord['message']['event'];
  readonly title: string;
  readonly items: readonly string[];
  readonly count: number;
  readonly again: boolean;
}

export interface Session extends HostedSession, WebhookSession, RollbackSession, AdoptionSession {
  readonly actor: Actor;

  // Repositories.
  repositories(): Promise<readonly RepositoryView[]>;
  addRepository(repository: NewRepository): Promise<RepositoryRecord>;
  removeRepository(name: string): Promise<void>;
  /** Fetches soon. */
  hintRepository(name: string): Promise<void>;

  // Stacks.
  stacks(page: PageRequest): Promise<Page<StackView>>;
  stack(id: string): Promise<StackView>;
  resources(stack: string, signal?: AbortSignal): Promise<readonly ResourceView[]>;
  offspring(stack: string, signal?: AbortSignal): Promise<readonly OffspringNode[]>;
  resourceEvents(stack: string, signal?: AbortSignal): Promise<readonly ResourceEvent[]>;
  /** Line by line, masked by value. */
  logs(stack: string, request: LogRequest, signal: AbortSignal): AsyncIterable<string>;
  explain(
    stack: string,
    id: ResourceId,
    path: FieldPath | undefined,
    signal?: AbortSignal,
  ): Promise<readonly FieldExplanation[]>;
  pause(stack: string, reason: string): Promise<StackRecord>;
  unpause(stack: string): Promise<StackRecord>;

  // Merge requests: what they would bring.
  changeSets(
    filter: {
      /** Name of the repository. */
      readonly repository?: string;
      readonly number?: number;
      readonly open?: boolean;
    },
    page: PageRequest,
  ): Promise<Page<ChangeSetView>>;
  /** Who stands behind each plan included. */
  changeSet(id: string): Promise<ChangeSetView>;
  changeSetApprovals(id: string): Promise<readonly Approval[]>;
  /**
   * `digest` names the whole, or plans of stacks, in 12 digits or more. Answers with one for each stack
   * that it names and the actor may approve.
   *
   * @throws SessionError `CONFLICT` for what is not planned any more, or is over.
   */
  approveChangeSet(id: string, digest: string): Promise<readonly Approval[]>;

  // Plans and runs.
  plan(id: string): Promise<PlanRecord>;
  planChanges(id: string, page: PageRequest): Promise<Page<PlannedChange>>;
  runs(
    filter: { readonly stack?: string; readonly ended?: boolean },
    page: PageRequest,
  ): Promise<Page<Run>>;
  run(id: string): Promise<Run>;
  journal(run: string): Promise<readonly StoredJournalEntry[]>;
  approvals(run: string): Promise<readonly Approval[]>;
  /** Starts a run of the stack at the repository's head. */
  apply(stack: string): Promise<Run>;
  /** Starts a run at an older revision, and pauses the stack until Git agrees. */
  rollback(stack: string, revision: string, reason: string): Promise<Run>;
  /** Starts a run that brings back what drifted. */
  heal(stack: string): Promise<Run>;
  /** `digest` names the run's newest plan, or is the beginning of it, 12 digits or more. */
  approve(run: string, digest: string): Promise<Approval>;
  /**
   * Lets the run's newest plan be applied without approvals and in a freeze, at one's own risk. What
   * protects kinds of resources stays: that takes words in Git. `digest` as in `approve`.
   */
  breakGlass(run: string, digest: string, reason: string): Promise<void>;
  cancel(run: string): Promise<void>;
  /** Stops it before its next step, until somebody resumes it. */
  hold(run: string): Promise<void>;
  resume(run: string, doubt?: 'repeat' | 'done'): Promise<void>;
  rollouts(page: PageRequest): Promise<Page<Rollout>>;
  rollout(id: string): Promise<Rollout>;

  // Drift.
  drift(
    filter: { readonly stack?: string; readonly open?: boolean },
    page: PageRequest,
  ): Promise<Page<DriftView>>;

  // Alerts.
  /** The outbox, the newest first. */
  alerts(
    filter: { readonly repository?: string; readonly state?: AlertRecord['state'] },
    page: PageRequest,
  ): Promise<Page<AlertView>>;
  /** Sends it once more, as if it had not been tried. */
  retryAlert(id: string): Promise<AlertView>;
  /**
   * Sends a test to an alert that the repository's head names, or - administrators only - to what
   * could stand behind `to`.
   */
  testAlert(
    repository: string,
    which: { readonly name: string } | { readonly to: Json },
    signal: AbortSignal,
  ): Promise<AlertTrial>;

  // Live. `after` is the sequence of the last event that was seen.
  events(after: number | undefined, signal: AbortSignal): AsyncIterable<LiveEvent>;

  // Administration.
  members(): Promise<readonly Member[]>;
  putMember(name: string, member: MemberSettings): Promise<Member>;
  removeMember(name: string): Promise<void>;
  tokens(member: string): Promise<readonly Omit<TokenRecord, 'hash'>[]>;
  /** The token is shown this once. */
  createToken(
    member: string,
    label: string,
    expiresInMs?: number,
  ): Promise<{ readonly token: string; readonly id: string }>;
  /** Sessions that were begun with it end as well. */
  revokeToken(member: string, id: string): Promise<void>;
  /** The browsers that the member is signed in with. */
  browserSessions(member: string): Promise<readonly BrowserSessionView[]>;
  endBrowserSession(member: string, id: string): Promise<void>;
  /** Never their values. */
  secrets(): Promise<readonly Omit<SecretRecord, 'ciphertext'>[]>;
  putSecret(name: string, value: string, uses: readonly SecretUse[]): Promise<void>;
  removeSecret(name: string): Promise<void>;
  audit(page: PageRequest): Promise<Page<AuditEntry>>;
  diagnostics(): Promise<readonly (Diagnostic & { readonly repository: string })[]>;
}
