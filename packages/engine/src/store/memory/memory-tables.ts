import type { ResourceId } from '@trueup/provider-sdk';

import type {
  BrowserSessionRecord,
  Member,
  OneTimeLink,
  SecretRecord,
  TokenRecord,
} from '../../access/member.ts';
import type { AlertRecord } from '../../alert/alert-record.ts';
import type { Approval } from '../../approval/approval.ts';
import type { AuditEntry } from '../../audit/audit-entry.ts';
import type { ChangeSet } from '../../change-set/change-set.ts';
import type { DriftItem } from '../../drift/drift-item.ts';
import type { HostedRecord } from '../../hosting/hosted-record.ts';
import type { Digest } from '../../plan/digest.ts';
import type { PlanId, PlannedChange, PlanRecord } from '../../plan/plan-record.ts';
import type { Rollout } from '../../rollout/rollout.ts';
import type { StoredJournalEntry } from '../../run/journal.ts';
import type { Run, RunId, RunRequest } from '../../run/run.ts';
import type {
  RepositoryId,
  RepositoryRecord,
  StackId,
  StackRecord,
} from '../../stack/stack-record.ts';
import type { LiveEvent } from '../live-event.ts';

export interface PlacedRecord<T> {
  readonly value: T;
  /** Counts from 1 in the order of first writing; a record that is replaced keeps it. */
  readonly position: number;
}

export interface StoredPlan {
  readonly record: PlanRecord;
  readonly changes: readonly PlannedChange[];
  readonly artifact?: Uint8Array;
}

/** What a memory store holds. Values in maps are replaced, never changed. */
export class MemoryTables {
  readonly repositories: Table<RepositoryRecord, RepositoryId> = new Map();
  readonly stacks: Table<StackRecord, StackId> = new Map();
  readonly plans: Table<PlacedRecord<StoredPlan>, PlanId> = new Map();
  readonly runs: Table<PlacedRecord<Run>, RunId> = new Map();
  readonly requests: Table<readonly RunRequest[], RunId> = new Map();
  readonly journal: Table<readonly StoredJournalEntry[], RunId> = new Map();
  readonly rollouts: Table<PlacedRecord<Rollout>> = new Map();
  readonly changeSets: Table<PlacedRecord<ChangeSet>> = new Map();
  /** By place and id. */
  readonly hosted: Table<HostedRecord> = new Map();
  /** By stack, then by target. */
  readonly inventory: Table<ReadonlyMap<string, ReadonlySet<ResourceId>>, StackId> = new Map();
  readonly executed: Table<ReadonlyMap<ResourceId, Digest>, StackId> = new Map();
  readonly approvals: Table<Approval> = new Map();
  readonly drift: Table<PlacedRecord<DriftItem>> = new Map();
  readonly members: Table<Member> = new Map();
  readonly tokens: Table<TokenRecord> = new Map();
  readonly browserSessions: Table<BrowserSessionRecord> = new Map();
  readonly links: Table<OneTimeLink> = new Map();
  readonly secrets: Table<SecretRecord> = new Map();
  readonly settings: Table<string> = new Map();
  readonly alerts: Table<PlacedRecord<AlertRecord>> = new Map();
  /** Ids by key. */
  readonly alertKeys: Table<string> = new Map();
  readonly audit: AuditEntry[] = [];
  readonly events: LiveEvent[] = [];
  /** Sequence of the newest event that was swept: the next one is larger. */
  sweptEvent = 0;

  #undo: (() => void)[] = [];
  readonly #newest = new Map<unknown, number>();

  /** Keeps all that `write` sets, or nothing of it when it throws. */
  transact(write: () => void): void {
    this.#undo = [];
    try {
      write();
    } catch (error) {
      for (const undo of this.#undo.toReversed()) undo();
      throw error;
    }
  }

  set<T>(table: Table<T>, key: string, value: T): void {
    const before = table.get(key);
    table.set(key, value);
    this.#undo.push(() => (before === undefined ? table.delete(key) : table.set(key, before)));
  }

  place<T>(table: Table<PlacedRecord<T>>, key: string, value: T): void {
    this.set(table, key, { value, position: table.get(key)?.position ?? this.#nextIn(table) });
  }

  #nextIn(table: unknown): number {
    const newest = this.#newest.get(table) ?? 0;
    this.#newest.set(table, newest + 1);
    this.#undo.push(() => this.#newest.set(table, newest));
    return newest + 1;
  }

  /** Removes for good; not to be called within `transact`. */
  sweep<T>(table: Table<PlacedRecord<T>>, keys: readonly string[]): void {
    for (const key of keys) table.delete(key);
    const left = [...table.values()].map(({ position }) => position);
    this.#newest.set(
      table,
      left.reduce((newest, position) => Math.max(newest, position), 0),
    );
  }

  /** Sequence of the newest event; 0 before the first one. */
  get lastEvent(): number {
    return this.events.at(-1)?.sequence ?? this.sweptEvent;
  }

  remove<T>(table: Table<T>, key: string): void {
    const before = table.get(key);
    table.delete(key);
    if (before !== undefined) this.#undo.push(() => table.set(key, before));
  }

  append<T>(list: T[], value: T): void {
    list.push(value);
    this.#undo.push(() => list.pop());
  }
}

type Table<T, K extends string = string> = Map<K, T>;

/** The stack that owns each of these in one target, and not `except`. */
export function findOwnersIn(
  { inventory }: MemoryTables,
  ids: readonly ResourceId[],
  { targetIdentity, except }: { readonly targetIdentity: string; readonly except: StackId },
): ReadonlyMap<ResourceId, StackId> {
  const owners = new Map<ResourceId, StackId>();
  for (const [stack, places] of inventory) {
    const owned = places.get(targetIdentity);
    if (stack === except || !owned || owned.size === 0) continue;
    for (const id of ids) if (owned.has(id)) owners.set(id, stack);
  }
  return owners;
}
