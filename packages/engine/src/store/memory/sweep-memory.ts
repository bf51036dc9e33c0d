import { type AuditEntry, describeTrim } from '../../audit/audit-entry.ts';
import { isOver } from '../../change-set/advance-change-set.ts';
import type { PlanRecord } from '../../plan/plan-record.ts';
import {
  isBefore,
  isOldAlert,
  isOldChangeSet,
  isOldDrift,
  isOldPlan,
  isOldRollout,
  isOldRun,
  type SweepRequest,
  type Swept,
} from '../../retention/retention.ts';
import { isEnded, type Run } from '../../run/run.ts';
import { boundLimit, parsePosition } from '../paging.ts';
import { isApprovalOf } from './memory-queries.ts';
import type { MemoryTables, PlacedRecord } from './memory-tables.ts';
import { writeToMemory } from './write-to-memory.ts';

/** Removes a part of what is old. */
export function sweepMemory(tables: MemoryTables, request: SweepRequest): Swept {
  const { kind, before } = request;
  switch (kind) {
    case 'event':
      return sweepEvents(tables, request);
    case 'audit':
      return sweepAudit(tables, request);
    case 'run':
      return sweepPlaced(tables.runs, request, {
        isYoung: ({ createdAt }) => !isBefore(createdAt, before),
        isOld: (run) => isOldRun(run, before, isKept(tables, run, request)),
        remove: (ids) => removeRuns(tables, ids),
      });
    case 'journal':
      return sweepPlaced(tables.runs, request, {
        isYoung: ({ createdAt }) => !isBefore(createdAt, before),
        isOld: (run) =>
          tables.journal.has(run.id) && isOldRun(run, before, isKept(tables, run, request)),
        remove: (ids) => {
          for (const id of ids) tables.journal.delete(id);
        },
      });
    case 'plan':
      return sweepPlaced(tables.plans, request, {
        isYoung: ({ record }) => !isBefore(record.createdAt, before),
        isOld: ({ record }) => isOldPlan(record, before, ownerOf(tables, record, request)),
        remove: (ids) => tables.sweep(tables.plans, ids),
      });
    case 'rollout':
      return sweepPlaced(tables.rollouts, request, {
        isYoung: ({ createdAt }) => !isBefore(createdAt, before),
        isOld: (rollout) => isOldRollout(rollout, before),
        remove: (ids) => tables.sweep(tables.rollouts, ids),
      });
    case 'change-set':
      return sweepPlaced(tables.changeSets, request, {
        isYoung: ({ createdAt }) => !isBefore(createdAt, before),
        isOld: (set) => isOldChangeSet(set, before),
        remove: (ids) => removeChangeSets(tables, ids),
      });
    case 'alert':
      return sweepPlaced(tables.alerts, request, {
        isYoung: ({ createdAt }) => !isBefore(createdAt, before),
        isOld: (alert) => isOldAlert(alert, before),
        remove: (ids) => removeAlerts(tables, ids),
      });
    case 'drift':
      return sweepPlaced(tables.drift, request, {
        isYoung: ({ openedAt }) => !isBefore(openedAt, before),
        isOld: (item) => isOldDrift(item, before),
        remove: (ids) => tables.sweep(tables.drift, ids),
      });
  }
}

interface Placed<T> {
  /** No record behind it in the table can be old. */
  readonly isYoung: (value: T) => boolean;
  readonly isOld: (value: T) => boolean;
  readonly remove: (keys: readonly string[]) => void;
}

function sweepPlaced<T>(
  table: ReadonlyMap<string, PlacedRecord<T>>,
  { after, limit }: SweepRequest,
  { isYoung, isOld, remove }: Placed<T>,
): Swept {
  const from = parsePosition(after) ?? 0;
  const rows = [...table]
    .filter(([, { position }]) => position > from)
    .sort(([, a], [, b]) => a.position - b.position);
  const bound = boundLimit(limit);
  const young = rows.findIndex(([, { value }]) => isYoung(value));
  const aged = young < 0 ? rows : rows.slice(0, young);
  const looked = aged.slice(0, bound);
  const old = looked.filter(([, { value }]) => isOld(value)).map(([key]) => key);
  const last = looked.at(-1)?.[1].position;
  remove(old);
  const more = aged.length > bound && last !== undefined;
  return { removed: old.length, ...(more && { next: `${last}` }) };
}

function isKept(tables: MemoryTables, run: Run, { runsPerStack }: SweepRequest): boolean {
  if (tables.stacks.get(run.stack)?.applied?.run === run.id) return true;
  const newest = [...tables.runs.values()]
    .filter(({ value }) => value.stack === run.stack)
    .sort((a, b) => b.position - a.position)
    .slice(0, runsPerStack);
  return newest.some(({ value }) => value.id === run.id);
}

function ownerOf(
  tables: MemoryTables,
  plan: PlanRecord,
  request: SweepRequest,
): { readonly run: Run; readonly kept: boolean } | undefined {
  const run = plan.run === undefined ? undefined : tables.runs.get(plan.run)?.value;
  return run && { run, kept: isEnded(run) && isKept(tables, run, request) };
}

function removeRuns(tables: MemoryTables, ids: readonly string[]): void {
  const gone = new Set(ids);
  tables.sweep(tables.runs, ids);
  for (const id of ids) {
    tables.journal.delete(id);
    tables.requests.delete(id);
  }
  for (const [key, { run }] of tables.approvals) {
    if (run !== undefined && gone.has(run)) tables.approvals.delete(key);
  }
}

/** With the approvals of merge requests that are over. */
function removeChangeSets(tables: MemoryTables, ids: readonly string[]): void {
  const sets = ids.flatMap((id) => tables.changeSets.get(id)?.value ?? []).filter(isOver);
  tables.sweep(tables.changeSets, ids);
  for (const { repository, number } of sets) {
    for (const [key, approval] of tables.approvals) {
      if (isApprovalOf(approval, { repository, mergeRequest: number }))
        tables.approvals.delete(key);
    }
  }
}

function removeAlerts(tables: MemoryTables, ids: readonly string[]): void {
  const gone = new Set(ids);
  tables.sweep(tables.alerts, ids);
  for (const [key, id] of tables.alertKeys) if (gone.has(id)) tables.alertKeys.delete(key);
}

function sweepEvents(tables: MemoryTables, { before, limit }: SweepRequest): Swept {
  const old = oldestOf(tables.events, before, limit);
  tables.sweptEvent = old.at(-1)?.sequence ?? tables.sweptEvent;
  tables.events.splice(0, old.length);
  return toSwept(old, tables.events, before);
}

function sweepAudit(tables: MemoryTables, { before, now, limit }: SweepRequest): Swept {
  const old = oldestOf<AuditEntry>(tables.audit, before, limit);
  const last = old.at(-1);
  if (!last) return { removed: 0 };
  writeToMemory(tables, [{ kind: 'audit', line: describeTrim(last, old.length, now) }]);
  tables.audit.splice(0, old.length);
  return toSwept(old, tables.audit, before);
}

interface Sequenced {
  readonly sequence: number;
  readonly at: string;
}

function oldestOf<T extends Sequenced>(
  rows: readonly T[],
  before: string,
  limit: number,
): readonly T[] {
  const page = rows.slice(0, boundLimit(limit));
  const young = page.findIndex(({ at }) => !isBefore(at, before));
  return young < 0 ? page : page.slice(0, young);
}

function toSwept(old: readonly Sequenced[], [next]: readonly Sequenced[], before: string): Swept {
  const more = old.length > 0 && next !== undefined && isBefore(next.at, before);
  return { removed: old.length, ...(more && { next: `${old.at(-1)?.sequence ?? 0}` }) };
}
