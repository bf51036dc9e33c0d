import { sql, type Transaction } from 'kysely';

import type { Tables } from '../tables.ts';

/** What follows can be undone without the rest of the transaction. They do not nest. */
export async function setSavepoint(transaction: Transaction<Tables>): Promise<void> {
  await sql`savepoint task`.execute(transaction);
}

export async function releaseSavepoint(transaction: Transaction<Tables>): Promise<void> {
  await sql`release savepoint task`.execute(transaction);
}

export async function rollBackToSavepoint(transaction: Transaction<Tables>): Promise<void> {
  await sql`rollback to savepoint task`.execute(transaction);
  await sql`release savepoint task`.execute(transaction);
}
