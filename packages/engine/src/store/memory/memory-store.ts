import type { ResourceId } from '@trueup/provider-sdk';

import type {
  BrowserSessionRecord,
  Member,
  OneTimeLink,
  SecretRecord,
  TokenRecord,
} from '../../access/member.ts';
import type { AlertId, AlertRecord } from '../../alert/alert-record.ts';
import type { Approval, ApprovalFilter } from '../../approval/approval.ts';
import type { AuditEntry } from '../../audit/audit-entry.ts';
import type { ChangeSet, ChangeSetId } from '../../change-set/change-set.ts';
import type { DriftItem } from '../../drift/drift-item.ts';
import type { HostedFilter, HostedKey, HostedRecord } from '../../hosting/hosted-record.ts';
import { compareRanks, formatRankCursor, parseRankCursor } from '../../hosting/rank-cursor.ts';
import type { Digest } from '../../plan/digest.ts';
import type { PlanId, PlannedChange, PlanRecord } from '../../plan/plan-record.ts';
import type { SweepRequest, Swept } from '../../retention/retention.ts';
import { isRolloutOver, type Rollout } from '../../rollout/rollout.ts';
import type { StoredJournalEntry } from '../../run/journal.ts';
import { isEnded, type Run, type RunId, type RunRequest } from '../../run/run.ts';
import type { RepositoryRecord, StackId, StackRecord } from '../../stack/stack-record.ts';
import type { LiveEvent } from '../live-event.ts';
import {
  boundLimit,
  formatStandingCursor,
  parsePosition,
  parseStandingCursor,
  toPage,
} from '../paging.ts';
import type {
  AlertFilter,
  ChangeSetFilter,
  DriftFilter,
  Lease,
  LeaseRequest,
  OpenCounts,
  Page,
  PageRequest,
  RolloutFilter,
  RunFilter,
  StackFilter,
  StackSummary,
  Store,
  Write,
} from '../store.ts';
import { leaseLost } from '../store-errors.ts';
import {
  countOpenIn,
  findAlertsByKey,
  isApprovalOf,
  isNamed,
  isOf,
  isWantedAlert,
  isWantedSet,
  summarizeStacks,
} from './memory-queries.ts';
import { findOwnersIn, MemoryTables } from './memory-tables.ts';
import { compareStanding, newestFirst, oldestFirst, sortBy } from './page-memory.ts';
import { sweepMemory } from './sweep-memory.ts';
import { hostedKey, writeToMemory } from './write-to-memory.ts';

/**
 * A store that lives as long as its process: for commands that work without a server, for tests of
 * everything that writes through the port, and the model that the real ones are compared with. It
 * runs the conformance suite as they do.
 */
export class MemoryStore implements Store {
  readonly #tables = new MemoryTables();
  readonly #copies: boolean;
  readonly #leases = new Map<string, HeldLease>();
  #closed = false;

  /**
   * `copies`: whether a caller may go on changing what it handed over. True if absent; a process that
   * changes nothing in place saves time without.
   */
  constructor({ copies = true }: { readonly copies?: boolean } = {}) {
    this.#copies = copies;
  }

  async commit(writes: readonly Write[], lease?: Lease): Promise<void> {
    this.#requireOpen();
    if (lease && !this.#holds(lease)) throw leaseLost(lease.key);
    writeToMemory(this.#tables, this.#copies ? structuredClone(writes) : writes);
  }

  async acquireLease({ key, holder, now, expiresAt }: LeaseRequest): Promise<Lease | undefined> {
    this.#requireOpen();
    const held = this.#leases.get(key);
    const taken = held?.holder !== undefined && held.holder !== holder;
    if (taken && Date.parse(held.expiresAt) > Date.parse(now)) return undefined;
    const token = (held?.token ?? 0) + 1;
    this.#leases.set(key, { token, holder, expiresAt });
    return { key, token };
  }

  async renewLease(lease: Lease, expiresAt: string): Promise<boolean> {
    this.#requireOpen();
    const held = this.#leases.get(lease.key);
    if (!held || !this.#holds(lease)) return false;
    this.#leases.set(lease.key, { ...held, expiresAt });
    return true;
  }

  async releaseLease(lease: Lease): Promise<void> {
    this.#requireOpen();
    if (!this.#holds(lease)) return;
    this.#leases.set(lease.key, { token: lease.token, expiresAt: '' });
  }

  async repositories(): Promise<readonly RepositoryRecord[]> {
    this.#requireOpen();
    return sortBy([...this.#tables.repositories.values()], ({ name }) => name);
  }

  async stack(id: StackId): Promise<StackRecord | undefined> {
    this.#requireOpen();
    return this.#tables.stacks.get(id);
  }

  async stacks(filter: StackFilter, { after, limit }: PageRequest): Promise<Page<StackRecord>> {
    this.#requireOpen();
    const stacks = [...this.#tables.stacks.values()]
      .filter((stack) => isOf(stack.repository, filter))
      .filter(({ id }) => after === undefined || id > after);
    return toPage(
      sortBy(stacks, ({ id }) => id),
      boundLimit(limit),
      ({ id }) => id,
    );
  }

  async stackSummaries(ids: readonly StackId[]): Promise<ReadonlyMap<StackId, StackSummary>> {
    this.#requireOpen();
    return summarizeStacks(this.#tables, ids);
  }

  async run(id: RunId): Promise<Run | undefined> {
    this.#requireOpen();
    return this.#tables.runs.get(id)?.value;
  }

  async runs(filter: RunFilter, page: PageRequest): Promise<Page<Run>> {
    this.#requireOpen();
    const { repository, stack, ended, repositoryNames } = filter;
    return newestFirst(this.#tables.runs, page, (run) =>
      [
        repository === undefined || run.repository === repository,
        isNamed(run.stack, repositoryNames),
        stack === undefined || run.stack === stack,
        ended === undefined || isEnded(run) === ended,
      ].every(Boolean),
    );
  }

  async runRequest(id: RunId): Promise<RunRequest | undefined> {
    this.#requireOpen();
    return this.#tables.requests.get(id)?.[0];
  }

  async journal(run: RunId): Promise<readonly StoredJournalEntry[]> {
    this.#requireOpen();
    return [...(this.#tables.journal.get(run) ?? [])];
  }

  async rollout(id: string): Promise<Rollout | undefined> {
    this.#requireOpen();
    return this.#tables.rollouts.get(id)?.value;
  }

  async rollouts({ ended, ...filter }: RolloutFilter, page: PageRequest): Promise<Page<Rollout>> {
    this.#requireOpen();
    return newestFirst(this.#tables.rollouts, page, (rollout) =>
      [
        isOf(rollout.repository, filter),
        ended === undefined || isRolloutOver(rollout) === ended,
      ].every(Boolean),
    );
  }

  async changeSet(id: ChangeSetId): Promise<ChangeSet | undefined> {
    this.#requireOpen();
    return this.#tables.changeSets.get(id)?.value;
  }

  async changeSets(filter: ChangeSetFilter, page: PageRequest): Promise<Page<ChangeSet>> {
    this.#requireOpen();
    return newestFirst(this.#tables.changeSets, page, (set) => isWantedSet(set, filter));
  }

  async hosted(key: HostedKey): Promise<HostedRecord | undefined> {
    this.#requireOpen();
    return this.#tables.hosted.get(hostedKey(key));
  }

  async hostedRecords(
    { place, state, order }: HostedFilter,
    { after, limit }: PageRequest,
  ): Promise<Page<HostedRecord>> {
    this.#requireOpen();
    const sign = order === 'rising' ? 1 : -1;
    const from = parseRankCursor(after);
    const rows = [...this.#tables.hosted.values()]
      .filter((row) => row.place === place && (state === undefined || row.state === state))
      .filter((row) => from === undefined || sign * compareRanks(row, from) > 0)
      .sort((a, b) => sign * compareRanks(a, b));
    return toPage(rows, boundLimit(limit), formatRankCursor);
  }

  async plan(id: PlanId): Promise<PlanRecord | undefined> {
    this.#requireOpen();
    return this.#tables.plans.get(id)?.value.record;
  }

  async planChanges(id: PlanId, { after, limit }: PageRequest): Promise<Page<PlannedChange>> {
    this.#requireOpen();
    const from = parsePosition(after) ?? 0;
    const changes = this.#tables.plans.get(id)?.value.changes ?? [];
    const rows = changes.map((change, index) => ({ change, place: index + 1 })).slice(from);
    const page = toPage(rows, boundLimit(limit), ({ place }) => `${place}`);
    return { ...page, items: page.items.map(({ change }) => change) };
  }

  async planArtifact(id: PlanId): Promise<Uint8Array | undefined> {
    this.#requireOpen();
    return this.#tables.plans.get(id)?.value.artifact;
  }

  async inventory(stack: StackId): Promise<readonly ResourceId[]> {
    this.#requireOpen();
    const places = this.#tables.inventory.get(stack) ?? new Map<string, Set<ResourceId>>();
    return sortBy([...new Set([...places.values()].flatMap((ids) => [...ids]))], (id) => id);
  }

  async owners(
    ids: readonly ResourceId[],
    { targetIdentity, except }: { readonly targetIdentity: string; readonly except: StackId },
  ): Promise<ReadonlyMap<ResourceId, StackId>> {
    this.#requireOpen();
    return findOwnersIn(this.#tables, ids, { targetIdentity, except });
  }

  async executed(stack: StackId): Promise<ReadonlyMap<ResourceId, Digest>> {
    this.#requireOpen();
    return new Map(this.#tables.executed.get(stack));
  }

  async approvals(filter: ApprovalFilter): Promise<readonly Approval[]> {
    this.#requireOpen();
    return [...this.#tables.approvals.values()].filter((approval) =>
      isApprovalOf(approval, filter),
    );
  }

  async drift(
    { stack, open, repositoryNames }: DriftFilter,
    { after, limit }: PageRequest,
  ): Promise<Page<DriftItem>> {
    this.#requireOpen();
    const from = parseStandingCursor(after);
    const rows = [...this.#tables.drift.values()]
      .map(({ value, position }) => ({ value, position, closed: value.state === 'closed' }))
      .filter((row) => stack === undefined || row.value.stack === stack)
      .filter((row) => isNamed(row.value.stack, repositoryNames))
      .filter((row) => open === undefined || row.closed !== open)
      .filter((row) => from === undefined || compareStanding(from, row) < 0)
      .sort(compareStanding);
    const page = toPage(rows, boundLimit(limit), formatStandingCursor);
    return { ...page, items: page.items.map(({ value }) => value) };
  }

  async countOpen(): Promise<OpenCounts> {
    this.#requireOpen();
    return countOpenIn(this.#tables);
  }

  async alert(id: AlertId): Promise<AlertRecord | undefined> {
    this.#requireOpen();
    return this.#tables.alerts.get(id)?.value;
  }

  async alerts(filter: AlertFilter, page: PageRequest): Promise<Page<AlertRecord>> {
    this.#requireOpen();
    return newestFirst(this.#tables.alerts, page, (alert) => isWantedAlert(alert, filter));
  }

  async alertsByKey(keys: readonly string[]): Promise<ReadonlyMap<string, AlertRecord>> {
    this.#requireOpen();
    return findAlertsByKey(this.#tables, keys);
  }

  async members(): Promise<readonly Member[]> {
    this.#requireOpen();
    return sortBy([...this.#tables.members.values()], ({ name }) => name);
  }

  async member(name: string): Promise<Member | undefined> {
    this.#requireOpen();
    return this.#tables.members.get(name);
  }

  async tokens(member: string): Promise<readonly TokenRecord[]> {
    this.#requireOpen();
    return [...this.#tables.tokens.values()].filter((token) => token.member === member);
  }

  async tokenByHash(hash: string): Promise<TokenRecord | undefined> {
    this.#requireOpen();
    return [...this.#tables.tokens.values()].find((token) => token.hash === hash);
  }

  async browserSessions(member: string): Promise<readonly BrowserSessionRecord[]> {
    this.#requireOpen();
    return [...this.#tables.browserSessions.values()].filter((one) => one.member === member);
  }

  async browserSessionByHash(hash: string): Promise<BrowserSessionRecord | undefined> {
    this.#requireOpen();
    return [...this.#tables.browserSessions.values()].find((one) => one.hash === hash);
  }

  async linkByHash(hash: string): Promise<OneTimeLink | undefined> {
    this.#requireOpen();
    return this.#tables.links.get(hash);
  }

  async secrets(): Promise<readonly SecretRecord[]> {
    this.#requireOpen();
    return sortBy([...this.#tables.secrets.values()], ({ name }) => name);
  }

  async secret(name: string): Promise<SecretRecord | undefined> {
    this.#requireOpen();
    return this.#tables.secrets.get(name);
  }

  async audit(page: PageRequest): Promise<Page<AuditEntry>> {
    this.#requireOpen();
    return oldestFirst(this.#tables.audit, page);
  }

  async events(page: PageRequest): Promise<Page<LiveEvent>> {
    this.#requireOpen();
    return oldestFirst(this.#tables.events, page);
  }

  async lastEvent(): Promise<number> {
    this.#requireOpen();
    return this.#tables.lastEvent;
  }

  async setting(name: string): Promise<string | undefined> {
    this.#requireOpen();
    return this.#tables.settings.get(name);
  }

  async sweep(request: SweepRequest): Promise<Swept> {
    this.#requireOpen();
    return sweepMemory(this.#tables, request);
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #holds(lease: Lease): boolean {
    const held = this.#leases.get(lease.key);
    return held?.holder !== undefined && held.token === lease.token;
  }

  #requireOpen(): void {
    if (this.#closed) throw new Error('the store is closed');
  }
}

interface HeldLease {
  readonly token: number;
  /** Absent once it was given back: the token stays, so that the next one is larger. */
  readonly holder?: string;
  readonly expiresAt: string;
}
