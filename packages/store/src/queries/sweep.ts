import {
  type AlertRecord,
  type AuditEntry,
  boundLimit,
  type ChangeSet,
  type DriftItem,
  isBefore,
  isEnded,
  isOldAlert,
  isOldChangeSet,
  isOldDrift,
  isOldPlan,
  isOldRollout,
  isOldRun,
  isOver,
  type PlanRecord,
  parsePosition,
  type Rollout,
  type Run,
  type SweepRequest,
  type Swept,
} from '@trueup/engine';
import type { Kysely } from 'kysely';

import { inChunks } from '../chunks.ts';
import { parseJsonText } from '../json-text.ts';
import type { Tables } from '../tables.ts';
import { removeAlerts } from './alerts.ts';
import { removeRequestApprovals } from './approvals.ts';
import { trimAudit } from './audit.ts';
import { removePlans } from './plans.ts';
import { findRun } from './runs.ts';
import { findStack } from './stacks.ts';

/** Inside a transaction: what is found to be old cannot become needed before it goes. */
export async function sweepOld(database: Kysely<Tables>, request: SweepRequest): Promise<Swept> {
  const { kind, before } = request;
  switch (kind) {
    case 'event':
      return sweepEvents(database, request);
    case 'audit':
      return sweepAudit(database, request);
    case 'run':
      return sweepRuns(database, request, removeRuns);
    case 'journal':
      return sweepRuns(database, request, removeJournals);
    case 'plan':
      return sweepPlans(database, request);
    case 'rollout':
      return sweepPlaced<Rollout>(database, request, {
        table: 'rollout',
        isYoung: ({ createdAt }) => !isBefore(createdAt, before),
        isOld: async (rollout) => isOldRollout(rollout, before),
        remove: (positions) => removeRows(database, 'rollout', positions),
      });
    case 'change-set':
      return sweepPlaced<ChangeSet>(database, request, {
        table: 'change_set',
        isYoung: ({ createdAt }) => !isBefore(createdAt, before),
        isOld: async (set) => isOldChangeSet(set, before),
        remove: async (positions, sets) => {
          await removeRows(database, 'change_set', positions);
          for (const set of sets.filter(isOver)) await removeRequestApprovals(database, set);
        },
      });
    case 'alert':
      return sweepPlaced<AlertRecord>(database, request, {
        table: 'alert',
        isYoung: ({ createdAt }) => !isBefore(createdAt, before),
        isOld: async (alert) => isOldAlert(alert, before),
        remove: (positions) => removeAlerts(database, positions),
      });
    case 'drift':
      return sweepPlaced<DriftItem>(database, request, {
        table: 'drift',
        isYoung: ({ openedAt }) => !isBefore(openedAt, before),
        isOld: async (item) => isOldDrift(item, before),
        remove: (positions) => removeRows(database, 'drift', positions),
      });
  }
}

interface Placed<T> {
  readonly table: 'run' | 'plan' | 'rollout' | 'change_set' | 'drift' | 'alert';
  /** No record behind it in the table can be old. */
  readonly isYoung: (record: T) => boolean;
  readonly isOld: (record: T) => Promise<boolean>;
  readonly remove: (positions: readonly number[], records: readonly T[]) => Promise<void>;
}

async function sweepPlaced<T>(
  database: Kysely<Tables>,
  { after, limit }: SweepRequest,
  { table, isYoung, isOld, remove }: Placed<T>,
): Promise<Swept> {
  const bound = boundLimit(limit);
  const rows = await database
    .selectFrom(table)
    .select(['position', 'body'])
    .where('position', '>', parsePosition(after) ?? 0)
    .orderBy('position')
    .limit(bound + 1)
    .execute();
  const found = rows.map(({ position, body }) => ({ position, record: parseJsonText<T>(body) }));
  const young = found.findIndex(({ record }) => isYoung(record));
  const aged = young < 0 ? found : found.slice(0, young);
  const looked = aged.slice(0, bound);
  const old: typeof looked = [];
  for (const one of looked) if (await isOld(one.record)) old.push(one);
  await remove(
    old.map(({ position }) => position),
    old.map(({ record }) => record),
  );
  const last = looked.at(-1)?.position;
  const more = aged.length > bound && last !== undefined;
  return { removed: old.length, ...(more && { next: `${last}` }) };
}

async function removeRows(
  database: Kysely<Tables>,
  table: 'rollout' | 'change_set' | 'drift',
  positions: readonly number[],
): Promise<void> {
  for (const chunk of inChunks(positions)) {
    await database.deleteFrom(table).where('position', 'in', chunk).execute();
  }
}

type RemoveRuns = (database: Kysely<Tables>, ids: readonly string[]) => Promise<void>;

async function sweepRuns(
  database: Kysely<Tables>,
  request: SweepRequest,
  remove: RemoveRuns,
): Promise<Swept> {
  const { kind, before } = request;
  const isKept = rememberKept(database, request);
  return sweepPlaced<Run>(database, request, {
    table: 'run',
    isYoung: ({ createdAt }) => !isBefore(createdAt, before),
    isOld: async (run) => {
      if (!isOldRun(run, before, false) || (await isKept(run))) return false;
      return kind === 'run' || hasJournal(database, run.id);
    },
    remove: (_positions, runs) =>
      remove(
        database,
        runs.map(({ id }) => id),
      ),
  });
}

async function sweepPlans(database: Kysely<Tables>, request: SweepRequest): Promise<Swept> {
  const { before } = request;
  const isKept = rememberKept(database, request);
  return sweepPlaced<PlanRecord>(database, request, {
    table: 'plan',
    isYoung: ({ createdAt }) => !isBefore(createdAt, before),
    isOld: async (plan) => {
      const run = plan.run === undefined ? undefined : await findRun(database, plan.run);
      const owner = run && { run, kept: isEnded(run) && (await isKept(run)) };
      return isOldPlan(plan, before, owner);
    },
    remove: (positions) => removePlans(database, positions),
  });
}

/** The run by which a stack stands, and the newest ones of each stack; each stack is asked once. */
function rememberKept(
  database: Kysely<Tables>,
  { runsPerStack }: SweepRequest,
): (run: Run) => Promise<boolean> {
  const known = new Map<string, Promise<ReadonlySet<string>>>();
  return async ({ id, stack }) => {
    const kept = known.get(stack) ?? findKept(database, stack, runsPerStack);
    known.set(stack, kept);
    return (await kept).has(id);
  };
}

async function findKept(
  database: Kysely<Tables>,
  stack: string,
  runsPerStack: number,
): Promise<ReadonlySet<string>> {
  const newest = await database
    .selectFrom('run')
    .select('id')
    .where('stack', '=', stack)
    .orderBy('position', 'desc')
    .limit(runsPerStack)
    .execute();
  const standing = (await findStack(database, stack))?.applied?.run;
  return new Set([...newest.map(({ id }) => id), ...(standing === undefined ? [] : [standing])]);
}

async function hasJournal(database: Kysely<Tables>, run: string): Promise<boolean> {
  const row = await database
    .selectFrom('journal')
    .select('position')
    .where('run', '=', run)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

async function removeJournals(database: Kysely<Tables>, ids: readonly string[]): Promise<void> {
  for (const chunk of inChunks(ids)) {
    await database.deleteFrom('journal').where('run', 'in', chunk).execute();
  }
}

async function removeRuns(database: Kysely<Tables>, ids: readonly string[]): Promise<void> {
  await removeJournals(database, ids);
  for (const chunk of inChunks(ids)) {
    await database.deleteFrom('approval').where('run', 'in', chunk).execute();
    await database.deleteFrom('run_request').where('run', 'in', chunk).execute();
    await database.deleteFrom('run').where('id', 'in', chunk).execute();
  }
}

async function sweepEvents(
  database: Kysely<Tables>,
  { before, limit }: SweepRequest,
): Promise<Swept> {
  const { old, more } = await findOldest<{ readonly at: string }>(database, 'event', {
    before,
    limit,
  });
  const last = old.at(-1)?.sequence;
  if (last === undefined) return { removed: 0 };
  await database.deleteFrom('event').where('sequence', '<=', last).execute();
  return { removed: old.length, ...(more && { next: `${last}` }) };
}

async function sweepAudit(database: Kysely<Tables>, request: SweepRequest): Promise<Swept> {
  const { old, more } = await findOldest<Omit<AuditEntry, 'sequence'>>(database, 'audit', request);
  const last = old.at(-1);
  if (!last) return { removed: 0 };
  await trimAudit(database, { through: last.sequence, lines: old.length, at: request.now });
  return { removed: old.length, ...(more && { next: `${last.sequence}` }) };
}

interface Oldest<T> {
  readonly old: readonly (T & { readonly sequence: number })[];
  readonly more: boolean;
}

async function findOldest<T extends { readonly at: string }>(
  database: Kysely<Tables>,
  table: 'event' | 'audit',
  { before, limit }: Pick<SweepRequest, 'before' | 'limit'>,
): Promise<Oldest<T>> {
  const bound = boundLimit(limit);
  const rows = await database
    .selectFrom(table)
    .select(['sequence', 'body'])
    .orderBy('sequence')
    .limit(bound + 1)
    .execute();
  const found = rows.map(({ sequence, body }) => ({ ...parseJsonText<T>(body), sequence }));
  const young = found.findIndex(({ at }) => !isBefore(at, before));
  const aged = young < 0 ? found : found.slice(0, young);
  return { old: aged.slice(0, bound), more: aged.length > bound };
}
