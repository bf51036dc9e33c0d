import type { OpenCounts, Run } from '@trueup/engine';
import { type Kysely, sql } from 'kysely';

import type { Tables } from '../tables.ts';

type PhaseName = Run['phase']['name'];

export async function countOpen(database: Kysely<Tables>): Promise<OpenCounts> {
  const phase = sql<PhaseName>`json_extract(body, '$.phase.name')`;
  const runs = await database
    .selectFrom('run')
    .select(({ fn }) => [phase.as('phase'), fn.countAll<number>().as('runs')])
    // A literal, since a partial index serves no parameter.
    .where(({ eb }) => eb('ended', '=', eb.lit(0)))
    .groupBy(phase)
    .execute();
  const drift = await database
    .selectFrom('drift')
    .select(({ fn }) => fn.countAll<number>().as('items'))
    .where('closed', '=', 0)
    .executeTakeFirst();
  return { runs: new Map(runs.map((row) => [row.phase, row.runs])), drift: drift?.items ?? 0 };
}
