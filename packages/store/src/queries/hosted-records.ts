import {
  boundLimit,
  formatRankCursor,
  type HostedFilter,
  type HostedKey,
  type HostedRecord,
  type Page,
  type PageRequest,
  parseRankCursor,
  toPage,
} from '@trueup/engine';
import type { Kysely } from 'kysely';

import { parseJsonText, toJsonText } from '../json-text.ts';
import type { Tables } from '../tables.ts';

export async function putHosted(
  database: Kysely<Tables>,
  { place, id, rank, state, body }: HostedRecord,
): Promise<void> {
  const columns = { rank, state, body: toJsonText({ body }) };
  await database
    .insertInto('hosted')
    .values({ place, id, ...columns })
    .onConflict((conflict) => conflict.columns(['place', 'id']).doUpdateSet(columns))
    .execute();
}

export async function removeHosted(
  database: Kysely<Tables>,
  { place, id }: HostedKey,
): Promise<void> {
  await database.deleteFrom('hosted').where('place', '=', place).where('id', '=', id).execute();
}

export async function findHosted(
  database: Kysely<Tables>,
  { place, id }: HostedKey,
): Promise<HostedRecord | undefined> {
  const row = await database
    .selectFrom('hosted')
    .selectAll()
    .where('place', '=', place)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && toRecord(row);
}

export async function listHosted(
  database: Kysely<Tables>,
  { place, state, order }: HostedFilter,
  { after, limit }: PageRequest,
): Promise<Page<HostedRecord>> {
  const bound = boundLimit(limit);
  const from = parseRankCursor(after);
  const [beyond, direction] =
    order === 'rising' ? (['>', 'asc'] as const) : (['<', 'desc'] as const);
  const rows = await database
    .selectFrom('hosted')
    .selectAll()
    .where('place', '=', place)
    .$if(state !== undefined, (query) => query.where('state', '=', state ?? ''))
    .$if(from !== undefined, (query) =>
      query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('rank', 'id'), beyond, tuple(from?.rank ?? '', from?.id ?? '')),
      ),
    )
    .orderBy('rank', direction)
    .orderBy('id', direction)
    .limit(bound + 1)
    .execute();
  const page = toPage(rows, bound, formatRankCursor);
  return { ...page, items: page.items.map(toRecord) };
}

function toRecord({ body, ...columns }: Tables['hosted']): HostedRecord {
  return { ...columns, body: parseJsonText<Pick<HostedRecord, 'body'>>(body).body };
}
