import type { LiveEvent, Page, PageRequest } from '@trueup/engine';
import type { Kysely } from 'kysely';

import { parseJsonText, toJsonText } from '../json-text.ts';
import type { Tables } from '../tables.ts';
import { listOldest } from './list-oldest.ts';

type NewEvent = Omit<LiveEvent, 'sequence'>;

/** The counter, not the newest row, gives the sequence: it goes on when old events are gone. */
export async function addEvent(database: Kysely<Tables>, event: NewEvent): Promise<void> {
  const { value: sequence } = await database
    .updateTable('counter')
    .set(({ eb }) => ({ value: eb('value', '+', 1) }))
    .where('name', '=', 'event')
    .returning('value')
    .executeTakeFirstOrThrow();
  await database
    .insertInto('event')
    .values({ sequence, body: toJsonText(event) })
    .execute();
}

export async function listEvents(
  database: Kysely<Tables>,
  request: PageRequest,
): Promise<Page<LiveEvent>> {
  const page = await listOldest(database, 'event', request);
  return {
    ...page,
    items: page.items.map(({ sequence, body }) => ({ sequence, ...parseJsonText<NewEvent>(body) })),
  };
}

export async function findLastEvent(database: Kysely<Tables>): Promise<number> {
  const row = await database
    .selectFrom('counter')
    .select('value')
    .where('name', '=', 'event')
    .executeTakeFirst();
  return row?.value ?? 0;
}
