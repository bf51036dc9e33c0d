import { type Lease, type LeaseRequest, leaseLost } from '@trueup/engine';
import type { Kysely } from 'kysely';

import type { Tables } from '../tables.ts';

/** Inside a transaction: looks, then writes. `undefined` while somebody else holds the key. */
export async function takeLease(
  database: Kysely<Tables>,
  { key, holder, now, expiresAt }: LeaseRequest,
): Promise<Lease | undefined> {
  const row = await database
    .selectFrom('lease')
    .selectAll()
    .where('key', '=', key)
    .executeTakeFirst();
  const foreign = row !== undefined && row.holder !== null && row.holder !== holder;
  if (foreign && row.expires_at > Date.parse(now)) return undefined;

  const next = { token: (row?.token ?? 0) + 1, holder, expires_at: Date.parse(expiresAt) };
  await database
    .insertInto('lease')
    .values({ key, ...next })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(next))
    .execute();
  return { key, token: next.token };
}

/** @throws StalledError `STORE_LEASE_LOST`. */
export async function requireLease(database: Kysely<Tables>, lease: Lease): Promise<void> {
  const row = await database
    .selectFrom('lease')
    .select('token')
    .where('key', '=', lease.key)
    .where('token', '=', lease.token)
    .where('holder', 'is not', null)
    .executeTakeFirst();
  if (row === undefined) throw leaseLost(lease.key);
}

/** False when the lease was lost. */
export async function prolongLease(
  database: Kysely<Tables>,
  { key, token }: Lease,
  expiresAt: string,
): Promise<boolean> {
  const { numUpdatedRows } = await database
    .updateTable('lease')
    .set({ expires_at: Date.parse(expiresAt) })
    .where('key', '=', key)
    .where('token', '=', token)
    .where('holder', 'is not', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Keeps the row, so that the next token is larger. */
export async function giveLeaseBack(
  database: Kysely<Tables>,
  { key, token }: Lease,
): Promise<void> {
  await database
    .updateTable('lease')
    .set({ holder: null })
    .where('key', '=', key)
    .where('token', '=', token)
    .execute();
}
