import type {
  AlertFilter,
  AlertRecord,
  Approval,
  ApprovalFilter,
  AuditEntry,
  BrowserSessionRecord,
  ChangeSet,
  ChangeSetFilter,
  ChangeSetId,
  Digest,
  DriftFilter,
  DriftItem,
  HostedFilter,
  HostedKey,
  HostedRecord,
  Lease,
  LeaseRequest,
  LiveEvent,
  Member,
  OneTimeLink,
  OpenCounts,
  Page,
  PageRequest,
  PlanId,
  PlannedChange,
  PlanRecord,
  RepositoryRecord,
  Rollout,
  RolloutFilter,
  Run,
  RunFilter,
  RunId,
  RunRequest,
  SecretRecord,
  StackFilter,
  StackId,
  StackRecord,
  StackSummary,
  Store,
  StoredJournalEntry,
  SweepRequest,
  Swept,
  TokenRecord,
  Write,
} from '@trueup/engine';
import type { Kysely } from 'kysely';

import { CommitQueue, type WriteTask } from './commit-queue.ts';
import { type DatabaseErrors, readOnly } from './database-errors.ts';
import { findAlert, findAlertsByKey, listAlerts } from './queries/alerts.ts';
import { listApprovals } from './queries/approvals.ts';
import { listAudit } from './queries/audit.ts';
import { findBrowserSession, listBrowserSessions } from './queries/browser-sessions.ts';
import { findChangeSet, listChangeSets } from './queries/change-sets.ts';
import { countOpen } from './queries/count-open.ts';
import { listDrift } from './queries/drift.ts';
import { findLastEvent, listEvents } from './queries/events.ts';
import { findHosted, listHosted } from './queries/hosted-records.ts';
import { findOwners, listExecuted, listInventory } from './queries/inventory.ts';
import { listJournal } from './queries/journal.ts';
import { giveLeaseBack, prolongLease, requireLease, takeLease } from './queries/leases.ts';
import { findMember, listMembers } from './queries/members.ts';
import { findPlan, findPlanArtifact, listPlanChanges } from './queries/plans.ts';
import { listRepositories } from './queries/repositories.ts';
import { findRollout, listRollouts } from './queries/rollouts.ts';
import { findRunRequest } from './queries/run-requests.ts';
import { findRun, listRuns } from './queries/runs.ts';
import { findSecret, listSecrets } from './queries/secrets.ts';
import { findSetting } from './queries/settings.ts';
import { findStack, listStacks } from './queries/stacks.ts';
import { summarizeStacks } from './queries/summarize-stacks.ts';
import { sweepOld } from './queries/sweep.ts';
import { findLink, findToken, listTokens } from './queries/tokens.ts';
import type { ResourceId, Tables } from './tables.ts';
import { writeBatch } from './write-batch.ts';

export interface SqlConnections {
  /** Of the store, for messages: a file. */
  readonly name: string;
  /** Absent where this process may only read. */
  readonly writer?: Kysely<Tables>;
  /** Sees what was committed, never what a writer is about to commit. */
  readonly reader: Kysely<Tables>;
  readonly errors: DatabaseErrors;
  /** Resolves when what the writer has committed is on the disk. */
  readonly sync: () => Promise<void>;
  /** Ends what belongs to the connections; called once, after they were closed. */
  readonly release: () => void;
}

/** The engine's port over SQL. What a database calls otherwise is in its connections. */
export class SqlStore implements Store {
  readonly #connections: SqlConnections;
  readonly #queue: CommitQueue | undefined;
  #closing: Promise<void> | undefined;

  constructor(connections: SqlConnections) {
    this.#connections = connections;
    this.#queue = connections.writer && new CommitQueue(connections.writer, connections.sync);
  }

  async commit(writes: readonly Write[], lease?: Lease): Promise<void> {
    const { isTaken } = this.#connections.errors;
    await this.#write(async (transaction) => {
      if (lease) await requireLease(transaction, lease);
      await writeBatch(transaction, writes, isTaken);
    });
  }

  async acquireLease(request: LeaseRequest): Promise<Lease | undefined> {
    return await this.#write((transaction) => takeLease(transaction, request));
  }

  async renewLease(lease: Lease, expiresAt: string): Promise<boolean> {
    return await this.#write((transaction) => prolongLease(transaction, lease, expiresAt));
  }

  async releaseLease(lease: Lease): Promise<void> {
    await this.#write((transaction) => giveLeaseBack(transaction, lease));
  }

  async repositories(): Promise<readonly RepositoryRecord[]> {
    return await this.#read(listRepositories);
  }

  async stack(id: StackId): Promise<StackRecord | undefined> {
    return await this.#read((database) => findStack(database, id));
  }

  async stacks(filter: StackFilter, page: PageRequest): Promise<Page<StackRecord>> {
    return await this.#read((database) => listStacks(database, filter, page));
  }

  async stackSummaries(ids: readonly StackId[]): Promise<ReadonlyMap<StackId, StackSummary>> {
    return await this.#read((database) => summarizeStacks(database, ids));
  }

  async run(id: RunId): Promise<Run | undefined> {
    return await this.#read((database) => findRun(database, id));
  }

  async runs(filter: RunFilter, page: PageRequest): Promise<Page<Run>> {
    return await this.#read((database) => listRuns(database, filter, page));
  }

  async runRequest(id: RunId): Promise<RunRequest | undefined> {
    return await this.#read((database) => findRunRequest(database, id));
  }

  async journal(run: RunId): Promise<readonly StoredJournalEntry[]> {
    return await this.#read((database) => listJournal(database, run));
  }

  async rollout(id: string): Promise<Rollout | undefined> {
    return await this.#read((database) => findRollout(database, id));
  }

  async rollouts(filter: RolloutFilter, page: PageRequest): Promise<Page<Rollout>> {
    return await this.#read((database) => listRollouts(database, filter, page));
  }

  async changeSet(id: ChangeSetId): Promise<ChangeSet | undefined> {
    return await this.#read((database) => findChangeSet(database, id));
  }

  async changeSets(filter: ChangeSetFilter, page: PageRequest): Promise<Page<ChangeSet>> {
    return await this.#read((database) => listChangeSets(database, filter, page));
  }

  async hosted(key: HostedKey): Promise<HostedRecord | undefined> {
    return await this.#read((database) => findHosted(database, key));
  }

  async hostedRecords(filter: HostedFilter, page: PageRequest): Promise<Page<HostedRecord>> {
    return await this.#read((database) => listHosted(database, filter, page));
  }

  async plan(id: PlanId): Promise<PlanRecord | undefined> {
    return await this.#read((database) => findPlan(database, id));
  }

  async planChanges(id: PlanId, page: PageRequest): Promise<Page<PlannedChange>> {
    return await this.#read((database) => listPlanChanges(database, id, page));
  }

  async planArtifact(id: PlanId): Promise<Uint8Array | undefined> {
    return await this.#read((database) => findPlanArtifact(database, id));
  }

  async inventory(stack: StackId): Promise<readonly ResourceId[]> {
    return await this.#read((database) => listInventory(database, stack));
  }

  async owners(
    ids: readonly ResourceId[],
    place: { readonly targetIdentity: string; readonly except: StackId },
  ): Promise<ReadonlyMap<ResourceId, StackId>> {
    return await this.#read((database) => findOwners(database, ids, place));
  }

  async executed(stack: StackId): Promise<ReadonlyMap<ResourceId, Digest>> {
    return await this.#read((database) => listExecuted(database, stack));
  }

  async approvals(filter: ApprovalFilter): Promise<readonly Approval[]> {
    return await this.#read((database) => listApprovals(database, filter));
  }

  async drift(filter: DriftFilter, page: PageRequest): Promise<Page<DriftItem>> {
    return await this.#read((database) => listDrift(database, filter, page));
  }

  async countOpen(): Promise<OpenCounts> {
    return await this.#read(countOpen);
  }

  async alert(id: string): Promise<AlertRecord | undefined> {
    return await this.#read((database) => findAlert(database, id));
  }

  async alerts(filter: AlertFilter, page: PageRequest): Promise<Page<AlertRecord>> {
    return await this.#read((database) => listAlerts(database, filter, page));
  }

  async alertsByKey(keys: readonly string[]): Promise<ReadonlyMap<string, AlertRecord>> {
    return await this.#read((database) => findAlertsByKey(database, keys));
  }

  async members(): Promise<readonly Member[]> {
    return await this.#read(listMembers);
  }

  async member(name: string): Promise<Member | undefined> {
    return await this.#read((database) => findMember(database, name));
  }

  async tokens(member: string): Promise<readonly TokenRecord[]> {
    return await this.#read((database) => listTokens(database, member));
  }

  async tokenByHash(hash: string): Promise<TokenRecord | undefined> {
    return await this.#read((database) => findToken(database, hash));
  }

  async browserSessions(member: string): Promise<readonly BrowserSessionRecord[]> {
    return await this.#read((database) => listBrowserSessions(database, member));
  }

  async browserSessionByHash(hash: string): Promise<BrowserSessionRecord | undefined> {
    return await this.#read((database) => findBrowserSession(database, hash));
  }

  async linkByHash(hash: string): Promise<OneTimeLink | undefined> {
    return await this.#read((database) => findLink(database, hash));
  }

  async secrets(): Promise<readonly SecretRecord[]> {
    return await this.#read(listSecrets);
  }

  async secret(name: string): Promise<SecretRecord | undefined> {
    return await this.#read((database) => findSecret(database, name));
  }

  async audit(page: PageRequest): Promise<Page<AuditEntry>> {
    return await this.#read((database) => listAudit(database, page));
  }

  async events(page: PageRequest): Promise<Page<LiveEvent>> {
    return await this.#read((database) => listEvents(database, page));
  }

  async lastEvent(): Promise<number> {
    return await this.#read(findLastEvent);
  }

  async setting(name: string): Promise<string | undefined> {
    return await this.#read((database) => findSetting(database, name));
  }

  async sweep(request: SweepRequest): Promise<Swept> {
    return await this.#write((transaction) => sweepOld(transaction, request));
  }

  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    const { writer, reader, release } = this.#connections;
    try {
      await this.#queue?.settle();
      await reader.destroy();
      await writer?.destroy();
    } finally {
      release();
    }
  }

  async #write<T>(task: WriteTask<T>): Promise<T> {
    if (this.#closing !== undefined) throw new Error('the store is closed');
    if (this.#queue === undefined) throw readOnly(this.#connections.name);
    try {
      return await this.#queue.run(task);
    } catch (error) {
      throw this.#connections.errors.translate(error);
    }
  }

  async #read<T>(query: (database: Kysely<Tables>) => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) throw new Error('the store is closed');
    try {
      return await query(this.#connections.reader);
    } catch (error) {
      throw this.#connections.errors.translate(error);
    }
  }
}
