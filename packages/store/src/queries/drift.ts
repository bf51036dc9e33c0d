import {
  boundLimit,
  type DriftFilter,
  type DriftItem,
  formatStandingCursor,
  type Page,
  type PageRequest,
  parseStandingCursor,
  toPage,
} from '@trueup/engine';
import type { Kysely } from 'kysely';

import { parseJsonText, toJsonText } from '../json-text.ts';
import { type Tables, toFlag } from '../tables.ts';
import { isNamedAfter } from './conditions.ts';

export async function putDrift(database: Kysely<Tables>, item: DriftItem): Promise<void> {
  const { id, stack, state } = item;
  const columns = { stack, closed: toFlag(state === 'closed'), body: toJsonText(item) };
  await database
    .insertInto('drift')
    .values({ id, ...columns })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
    .execute();
}

export async function listDrift(
  database: Kysely<Tables>,
  { stack, open, repositoryNames }: DriftFilter,
  { after, limit }: PageRequest,
): Promise<Page<DriftItem>> {
  const bound = boundLimit(limit);
  const from = parseStandingCursor(after);
  const rows = await database
    .selectFrom('drift')
    .select(['position', 'closed', 'body'])
    .$if(stack !== undefined, (query) => query.where('stack', '=', stack ?? ''))
    .where(({ and }) => and([...isNamedAfter(repositoryNames)]))
    .$if(open !== undefined, (query) => query.where('closed', '=', toFlag(!open)))
    .$if(from !== undefined, (query) =>
      query.where(({ eb, and, or }) => {
        const closed = toFlag(from?.closed ?? false);
        const older = and([eb('closed', '=', closed), eb('position', '<', from?.position ?? 0)]);
        return or([eb('closed', '>', closed), older]);
      }),
    )
    .orderBy('closed')
    .orderBy('position', 'desc')
    .limit(bound + 1)
    .execute();
  const page = toPage(rows, bound, ({ closed, position }) =>
    formatStandingCursor({ closed: closed === 1, position }),
  );
  return { ...page, items: page.items.map(({ body }) => parseJsonText(body)) };
}
