import { type Digest, resourceClaimed, type StackId, type Write } from '@trueup/engine';
import type { Kysely } from 'kysely';

import { inChunks } from '../chunks.ts';
import type { ResourceId, Tables } from '../tables.ts';

type InventoryWrite = Extract<Write, { readonly kind: 'inventory' }>;
type ExecutedWrite = Extract<Write, { readonly kind: 'executed' }>;

export async function changeInventory(
  database: Kysely<Tables>,
  { stack, targetIdentity, added, removed }: InventoryWrite,
): Promise<void> {
  const [claimed] = await findOwners(database, added, { targetIdentity, except: stack });
  if (claimed) throw resourceClaimed(...claimed);
  for (const chunk of inChunks(removed)) {
    await database
      .deleteFrom('inventory')
      .where('stack', '=', stack)
      .where('target_identity', '=', targetIdentity)
      .where('resource', 'in', chunk)
      .execute();
  }
  const rows = added.map((resource) => ({ stack, target_identity: targetIdentity, resource }));
  for (const chunk of inChunks(rows)) {
    await database
      .insertInto('inventory')
      .values(chunk)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

export async function listInventory(
  database: Kysely<Tables>,
  stack: StackId,
): Promise<readonly ResourceId[]> {
  const rows = await database
    .selectFrom('inventory')
    .select('resource')
    .distinct()
    .where('stack', '=', stack)
    .orderBy('resource')
    .execute();
  return rows.map(({ resource }) => resource);
}

export async function findOwners(
  database: Kysely<Tables>,
  ids: readonly ResourceId[],
  { targetIdentity, except }: { readonly targetIdentity: string; readonly except: StackId },
): Promise<ReadonlyMap<ResourceId, StackId>> {
  const owners = new Map<ResourceId, StackId>();
  for (const chunk of inChunks(ids)) {
    const rows = await database
      .selectFrom('inventory')
      .select(({ fn }) => ['resource', fn.min('stack').as('stack')])
      .where('target_identity', '=', targetIdentity)
      .where('resource', 'in', chunk)
      .where('stack', '!=', except)
      .groupBy('resource')
      .execute();
    for (const { resource, stack } of rows) owners.set(resource, stack);
  }
  return owners;
}

export async function putExecuted(
  database: Kysely<Tables>,
  { stack, id, digest }: ExecutedWrite,
): Promise<void> {
  await database
    .insertInto('executed')
    .values({ stack, resource: id, digest })
    .onConflict((conflict) => conflict.columns(['stack', 'resource']).doUpdateSet({ digest }))
    .execute();
}

export async function listExecuted(
  database: Kysely<Tables>,
  stack: StackId,
): Promise<ReadonlyMap<ResourceId, Digest>> {
  const rows = await database
    .selectFrom('executed')
    .select(['resource', 'digest'])
    .where('stack', '=', stack)
    .execute();
  return new Map(rows.map(({ resource, digest }) => [resource, digest]));
}
