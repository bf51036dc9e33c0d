import {
  type AuditEntry,
  type AuditLine,
  describeTrim,
  firstLink,
  linkAudit,
  type Page,
  type PageRequest,
} from '@trueup/engine';
import type { Kysely } from 'kysely';

import { parseJsonText, toJsonText } from '../json-text.ts';
import type { Tables } from '../tables.ts';
import { listOldest } from './list-oldest.ts';

/** Inside a transaction of the only writer: nobody else can link to the same line. */
export async function addAuditLine(database: Kysely<Tables>, line: AuditLine): Promise<void> {
  const last = await database
    .selectFrom('audit')
    .select(['sequence', 'link'])
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  const entry = linkAudit(last?.link ?? firstLink, (last?.sequence ?? 0) + 1, line);
  const { sequence, link, ...rest } = entry;
  await database
    .insertInto('audit')
    .values({ sequence, link, body: toJsonText(rest) })
    .execute();
}

/** Lines go only together with one that vouches for them. */
export async function trimAudit(
  database: Kysely<Tables>,
  { through, lines, at }: { readonly through: number; readonly lines: number; readonly at: string },
): Promise<void> {
  const row = await database
    .selectFrom('audit')
    .selectAll()
    .where('sequence', '=', through)
    .executeTakeFirstOrThrow();
  await addAuditLine(database, describeTrim(toEntry(row), lines, at));
  await database.deleteFrom('audit').where('sequence', '<=', through).execute();
}

export async function listAudit(
  database: Kysely<Tables>,
  request: PageRequest,
): Promise<Page<AuditEntry>> {
  const page = await listOldest(database, 'audit', request);
  return { ...page, items: page.items.map(toEntry) };
}

function toEntry({ sequence, link, body }: Tables['audit']): AuditEntry {
  return { sequence, ...parseJsonText<AuditLine>(body), link };
}
