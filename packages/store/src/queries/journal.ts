import type { JournalEntry, RunId, StoredJournalEntry } from '@trueup/engine';
import type { Kysely } from 'kysely';

import { parseJsonText, toJsonText } from '../json-text.ts';
import type { Tables } from '../tables.ts';

/** Inside a transaction of the only writer: nobody else can take the same sequence. */
export async function addJournalEntry(
  database: Kysely<Tables>,
  run: RunId,
  entry: JournalEntry,
): Promise<void> {
  const last = await database
    .selectFrom('journal')
    .select('sequence')
    .where('run', '=', run)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  const sequence = (last?.sequence ?? 0) + 1;
  await database
    .insertInto('journal')
    .values({ run, sequence, body: toJsonText(entry) })
    .execute();
}

export async function listJournal(
  database: Kysely<Tables>,
  run: RunId,
): Promise<readonly StoredJournalEntry[]> {
  const rows = await database
    .selectFrom('journal')
    .select(['sequence', 'body'])
    .where('run', '=', run)
    .orderBy('sequence')
    .execute();
  return rows.map(({ sequence, body }) => ({ run, sequence, entry: parseJsonText(body) }));
}
