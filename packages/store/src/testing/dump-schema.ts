// biome-ignore lint/correctness/noUnresolvedImports: Biome's list of Node's modules lacks it.
import { DatabaseSync } from 'node:sqlite';

/** The schema as one text, for comparison: what a migration did, not how it is written. */
export function dumpSchema(file: string): string {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = database
      .prepare('select sql from sqlite_schema where sql is not null order by name')
      .all();
    return rows
      .map(
        ({ sql }) =>
          `${String(sql)
            .replaceAll(/\n {4,}/g, '\n  ')
            .replaceAll(/\n {2}\) /g, '\n) ')};\n`,
      )
      .join('\n');
  } finally {
    database.close();
  }
}
