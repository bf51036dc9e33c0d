import type { SecretRecord } from '@trueup/engine';
import type { Kysely } from 'kysely';

import { parseJsonText, toJsonText } from '../json-text.ts';
import type { Tables } from '../tables.ts';

export async function putSecret(database: Kysely<Tables>, secret: SecretRecord): Promise<void> {
  const { ciphertext, ...rest } = secret;
  const columns = { ciphertext, body: toJsonText(rest) };
  await database
    .insertInto('secret')
    .values({ name: secret.name, ...columns })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(columns))
    .execute();
}

export async function removeSecret(database: Kysely<Tables>, name: string): Promise<void> {
  await database.deleteFrom('secret').where('name', '=', name).execute();
}

export async function findSecret(
  database: Kysely<Tables>,
  name: string,
): Promise<SecretRecord | undefined> {
  const row = await database
    .selectFrom('secret')
    .select(['ciphertext', 'body'])
    .where('name', '=', name)
    .executeTakeFirst();
  return row && toSecret(row);
}

export async function listSecrets(database: Kysely<Tables>): Promise<readonly SecretRecord[]> {
  const rows = await database
    .selectFrom('secret')
    .select(['ciphertext', 'body'])
    .orderBy('name')
    .execute();
  return rows.map(toSecret);
}

function toSecret(row: Pick<Tables['secret'], 'ciphertext' | 'body'>): SecretRecord {
  const rest = parseJsonText<Omit<SecretRecord, 'ciphertext'>>(row.body);
  return { ...rest, ciphertext: row.ciphertext };
}
