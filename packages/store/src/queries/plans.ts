import {
  boundLimit,
  type Page,
  type PageRequest,
  type PlanId,
  type PlannedChange,
  type PlanRecord,
  parsePosition,
  toPage,
} from '@trueup/engine';
import type { Kysely } from 'kysely';

import { inChunks } from '../chunks.ts';
import { parseJsonText, toJsonText } from '../json-text.ts';
import type { Tables } from '../tables.ts';

export interface WrittenPlan {
  readonly record: PlanRecord;
  readonly changes: readonly PlannedChange[];
  readonly artifact?: Uint8Array;
}

export async function putPlan(
  database: Kysely<Tables>,
  { record, changes, artifact }: WrittenPlan,
): Promise<void> {
  const columns = { body: toJsonText(record), artifact: artifact ?? null };
  const { position } = await database
    .insertInto('plan')
    .values({ id: record.id, ...columns })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
    .returning('position')
    .executeTakeFirstOrThrow();
  await database.deleteFrom('plan_change').where('plan', '=', position).execute();
  const rows = changes.map((change, index) => ({
    plan: position,
    place: index + 1,
    body: toJsonText(change),
  }));
  for (const chunk of inChunks(rows)) {
    await database.insertInto('plan_change').values(chunk).execute();
  }
}

/** With their changes. */
export async function removePlans(
  database: Kysely<Tables>,
  positions: readonly number[],
): Promise<void> {
  for (const chunk of inChunks(positions)) {
    await database.deleteFrom('plan_change').where('plan', 'in', chunk).execute();
    await database.deleteFrom('plan').where('position', 'in', chunk).execute();
  }
}

export async function findPlan(
  database: Kysely<Tables>,
  id: PlanId,
): Promise<PlanRecord | undefined> {
  const row = await database
    .selectFrom('plan')
    .select('body')
    .where('id', '=', id)
    .executeTakeFirst();
  return row && parseJsonText(row.body);
}

export async function listPlanChanges(
  database: Kysely<Tables>,
  id: PlanId,
  { after, limit }: PageRequest,
): Promise<Page<PlannedChange>> {
  const bound = boundLimit(limit);
  const rows = await database
    .selectFrom('plan_change')
    .innerJoin('plan', 'plan.position', 'plan_change.plan')
    .select(['plan_change.place', 'plan_change.body'])
    .where('plan.id', '=', id)
    .where('plan_change.place', '>', parsePosition(after) ?? 0)
    .orderBy('plan_change.place')
    .limit(bound + 1)
    .execute();
  const page = toPage(rows, bound, ({ place }) => `${place}`);
  return { ...page, items: page.items.map(({ body }) => parseJsonText(body)) };
}

export async function findPlanArtifact(
  database: Kysely<Tables>,
  id: PlanId,
): Promise<Uint8Array | undefined> {
  const row = await database
    .selectFrom('plan')
    .select('artifact')
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.artifact ?? undefined;
}
