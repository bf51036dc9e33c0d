/**
 * What the engine keeps: its port to the database.
 *
 * Everything is written by `commit`, in batches that happen wholly or not at all, so that a step and
 * its journal entry cannot part (P4). Reads see every batch whose `commit` has returned, after any
 * crash as well.
 *
 * Arguments and answers are plain values: a caller may keep them, a store must not change them.
 */
import type { ResourceId } from '@trueup/provider-sdk';

import type {
  BrowserSessionRecord,
  Member,
  OneTimeLink,
  SecretRecord,
  TokenRecord,
} from '../access/member.ts';
import type { AlertId, AlertRecord } from '../alert/alert-record.ts';
import type { Approval, ApprovalFilter } from '../approval/approval.ts';
import type { AuditEntry, AuditLine } from '../audit/audit-entry.ts';
import type { ChangeSet, ChangeSetId } from '../change-set/change-set.ts';
import type { DriftItem } from '../drift/drift-item.ts';
import type { HostedFilter, HostedKey, HostedRecord } from '../hosting/hosted-record.ts';
import type { Digest } from '../plan/digest.ts';
import type { PlanId, PlannedChange, PlanRecord } from '../plan/plan-record.ts';
import type { SweepRequest, Swept } from '../retention/retention.ts';
import type { Rollout } from '../rollout/rollout.ts';
import type { JournalEntry, StoredJournalEntry } from '../run/journal.ts';
import type { Run, RunId, RunRequest } from '../run/run.ts';
import type {
  RepositoryId,
  RepositoryRecord,
  Revision,
  StackChange,
  StackId,
  StackRecord,
} from '../stack/stack-record.ts';
import type { LiveEvent } from './live-event.ts';

/** One thing to write. A record replaces the one of the same id. */
export type Write =
  | { readonly kind: 'repository'; readonly record: RepositoryRecord }
  /** Its stacks, runs and history stay readable. */
  | { readonly kind: 'repository-removed'; readonly id: RepositoryId }
  | { readonly kind: 'stack'; readonly record: StackRecord }
  /** Only these members; nothing happens when there is no such stack. */
  | { readonly kind: 'stack-changed'; readonly id: StackId; readonly change: StackChange }
  | {
      readonly kind: 'plan';
      readonly record: PlanRecord;
      readonly changes: readonly PlannedChange[];
      /** Encrypted already. */
      readonly artifact?: Uint8Array;
    }
  | { readonly kind: 'run'; readonly run: Run }
  | { readonly kind: 'journal'; readonly run: RunId; readonly entry: JournalEntry }
  /** Joins what was asked for before and has not been taken up, by the rules of `addRequest`. */
  | { readonly kind: 'request'; readonly run: RunId; readonly request: RunRequest }
  /** It was taken up; what was asked for in addition stays. Nothing happens where it is not there. */
  | { readonly kind: 'request-taken'; readonly run: RunId; readonly request: RunRequest }
  | { readonly kind: 'rollout'; readonly rollout: Rollout }
  | { readonly kind: 'change-set'; readonly set: ChangeSet }
  | { readonly kind: 'hosted'; readonly record: HostedRecord }
  | { readonly kind: 'hosted-removed'; readonly key: HostedKey }
  /**
   * What is `removed` goes first. The batch is refused with `STORE_RESOURCE_CLAIMED` where one that is
   * `added` belongs to another stack of the same target.
   */
  | {
      readonly kind: 'inventory';
      readonly stack: StackId;
      readonly targetIdentity: string;
      readonly added: readonly ResourceId[];
      readonly removed: readonly ResourceId[];
    }
  | {
      readonly kind: 'executed';
      readonly stack: StackId;
      readonly id: ResourceId;
      readonly digest: Digest;
    }
  | { readonly kind: 'approval'; readonly approval: Approval }
  | { readonly kind: 'drift'; readonly item: DriftItem }
  | { readonly kind: 'member'; readonly member: Member }
  | { readonly kind: 'member-removed'; readonly name: string }
  | { readonly kind: 'token'; readonly token: TokenRecord }
  | { readonly kind: 'browser-session'; readonly session: BrowserSessionRecord }
  /** Nothing happens when it has ended: a request that was under way does not bring it back. */
  | { readonly kind: 'browser-session-used'; readonly id: string; readonly at: string }
  | { readonly kind: 'browser-session-ended'; readonly id: string }
  | { readonly kind: 'link'; readonly link: OneTimeLink }
  /**
   * Uses a link; every other one that is open ends with it. The batch is refused with
   * `STORE_CONFLICT` where there is no such link, or somebody has used it.
   */
  | { readonly kind: 'link-used'; readonly hash: string; readonly at: string }
  | { readonly kind: 'secret'; readonly secret: SecretRecord }
  | { readonly kind: 'secret-removed'; readonly name: string }
  /** The store gives it its place in the chain. */
  | { readonly kind: 'audit'; readonly line: AuditLine }
  /** The store gives it its sequence. */
  | { readonly kind: 'event'; readonly event: Omit<LiveEvent, 'sequence'> }
  | { readonly kind: 'setting'; readonly name: string; readonly value: string }
  /** Each of its keys leads to it from then on. */
  | { readonly kind: 'alert'; readonly alert: AlertRecord };

/**
 * The right to act for one key (a stack), for a while. A batch that carries a lease is refused once
 * somebody else holds the key, even if that one has finished since.
 */
export interface Lease {
  readonly key: string;
  /** Grows with every holder. */
  readonly token: number;
}

/** What a page begins after, and how long it may be. */
export interface PageRequest {
  /** The `next` of the page before. */
  readonly after?: string;
  readonly limit: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Absent on the last page. */
  readonly next?: string;
}

export interface StackFilter {
  readonly repository?: RepositoryId;
  /** Of any of these. */
  readonly repositories?: readonly RepositoryId[];
}

export interface RunFilter {
  readonly repository?: RepositoryId;
  /** Of stacks whose full names begin with one of these. */
  readonly repositoryNames?: readonly string[];
  readonly stack?: StackId;
  readonly ended?: boolean;
}

export interface RolloutFilter extends StackFilter {
  readonly ended?: boolean;
}

export interface DriftFilter {
  readonly stack?: StackId;
  /** Of stacks whose full names begin with one of these. */
  readonly repositoryNames?: readonly string[];
  readonly open?: boolean;
}

/** What is open in the whole store. */
export interface OpenCounts {
  /** Runs that have not ended, by the name of their phase; a phase without runs is left out. */
  readonly runs: ReadonlyMap<Run['phase']['name'], number>;
  readonly drift: number;
}

/** What is shown of a stack beside its record. */
export interface StackSummary {
  /** Drift items that are not closed. */
  readonly openDrift: number;
  readonly newestRun?: Run;
}

export interface AlertFilter {
  /** Names of repositories. */
  readonly repositories?: readonly string[];
  readonly state?: AlertRecord['state'];
}

export interface ChangeSetFilter {
  readonly repository?: RepositoryId;
  /** Of any of these. */
  readonly repositories?: readonly RepositoryId[];
  /** Of one merge request. */
  readonly number?: number;
  readonly open?: boolean;
  /** Open, or merged and not known to be applied yet: see `isFollowed`. */
  readonly followed?: boolean;
  /** Whose merge gave the followed branch one of these commits. */
  readonly mergedAs?: readonly Revision[];
}

export interface Store {
  /**
   * Writes all of it, or nothing.
   *
   * @throws StalledError `STORE_LEASE_LOST` when `lease` is no longer held; `STORE_CONFLICT` for what
   * may be there once, and is; `STORE_RESOURCE_CLAIMED` for what another stack owns.
   */
  commit(writes: readonly Write[], lease?: Lease): Promise<void>;

  /** `undefined` while somebody else holds it. Whoever held it before has lost it. */
  acquireLease(request: LeaseRequest): Promise<Lease | undefined>;
  /** False when it was lost. */
  renewLease(lease: Lease, expiresAt: string): Promise<boolean>;
  /** Nothing happens when it was lost. */
  releaseLease(lease: Lease): Promise<void>;

  /** Sorted by name. */
  repositories(): Promise<readonly RepositoryRecord[]>;
  stack(id: StackId): Promise<StackRecord | undefined>;
  /** Sorted by id. */
  stacks(filter: StackFilter, page: PageRequest): Promise<Page<StackRecord>>;
  /** Of each of these, also of one that there is not. */
  stackSummaries(ids: readonly StackId[]): Promise<ReadonlyMap<StackId, StackSummary>>;

  run(id: RunId): Promise<Run | undefined>;
  /** The newest first. */
  runs(filter: RunFilter, page: PageRequest): Promise<Page<Run>>;
  /** What the run was asked for and is to take up next. */
  runRequest(id: RunId): Promise<RunRequest | undefined>;
  /** In order. */
  journal(run: RunId): Promise<readonly StoredJournalEntry[]>;

  rollout(id: string): Promise<Rollout | undefined>;
  /** The newest first. */
  rollouts(filter: RolloutFilter, page: PageRequest): Promise<Page<Rollout>>;

  changeSet(id: ChangeSetId): Promise<ChangeSet | undefined>;
  /** The newest first. */
  changeSets(filter: ChangeSetFilter, page: PageRequest): Promise<Page<ChangeSet>>;

  hosted(key: HostedKey): Promise<HostedRecord | undefined>;
  hostedRecords(filter: HostedFilter, page: PageRequest): Promise<Page<HostedRecord>>;

  plan(id: PlanId): Promise<PlanRecord | undefined>;
  /** In the order in which they were written. */
  planChanges(id: PlanId, page: PageRequest): Promise<Page<PlannedChange>>;
  planArtifact(id: PlanId): Promise<Uint8Array | undefined>;

  /** Sorted. */
  inventory(stack: StackId): Promise<readonly ResourceId[]>;
  /** The stack that owns each of these, as far as one of this store does, and not `except`. */
  owners(
    ids: readonly ResourceId[],
    place: { readonly targetIdentity: string; readonly except: StackId },
  ): Promise<ReadonlyMap<ResourceId, StackId>>;
  /** Digest of the content that last ran, by resource. */
  executed(stack: StackId): Promise<ReadonlyMap<ResourceId, Digest>>;

  /** In the order in which they were given. */
  approvals(filter: ApprovalFilter): Promise<readonly Approval[]>;
  /** Those that are not closed come first, then the newest. */
  drift(filter: DriftFilter, page: PageRequest): Promise<Page<DriftItem>>;
  /** Without reading the records. */
  countOpen(): Promise<OpenCounts>;

  alert(id: AlertId): Promise<AlertRecord | undefined>;
  /** The newest first. */
  alerts(filter: AlertFilter, page: PageRequest): Promise<Page<AlertRecord>>;
  /** The newest record of each key that one has. */
  alertsByKey(keys: readonly string[]): Promise<ReadonlyMap<string, AlertRecord>>;

  members(): Promise<readonly Member[]>;
  member(name: string): Promise<Member | undefined>;
  tokens(member: string): Promise<readonly TokenRecord[]>;
  tokenByHash(hash: string): Promise<TokenRecord | undefined>;
  /** Those that have not ended, expired ones included, in the order in which they were begun. */
  browserSessions(member: string): Promise<readonly BrowserSessionRecord[]>;
  browserSessionByHash(hash: string): Promise<BrowserSessionRecord | undefined>;
  linkByHash(hash: string): Promise<OneTimeLink | undefined>;
  secrets(): Promise<readonly SecretRecord[]>;
  secret(name: string): Promise<SecretRecord | undefined>;

  /** In order, the oldest first. `after` is a sequence. */
  audit(page: PageRequest): Promise<Page<AuditEntry>>;
  events(page: PageRequest): Promise<Page<LiveEvent>>;
  /** Of the newest event; 0 when there is none. */
  lastEvent(): Promise<number>;
  setting(name: string): Promise<string | undefined>;

  /**
   * Removes a part of what is old, as `retention/retention.ts` says; the oldest first. Where lines of
   * the audit chain go, one is added that vouches for them.
   */
  sweep(request: SweepRequest): Promise<Swept>;

  /** Waits for writes under way. Nothing may be called afterwards. */
  close(): Promise<void>;
}

export interface LeaseRequest {
  readonly key: string;
  /** Who asks: a process. The same holder may acquire its own lease again. */
  readonly holder: string;
  /** RFC 3339. */
  readonly now: string;
  readonly expiresAt: string;
}
