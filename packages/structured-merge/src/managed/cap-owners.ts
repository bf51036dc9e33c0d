import { uniteFields } from '../fields/field-set.ts';
import {
  compareText,
  type Owner,
  type OwnerId,
  type Owners,
  ownerId,
  secondsOf,
} from './managed-fields.ts';

/** As many entries of updates an object may have; more would make objects grow without end. */
const updateOwnerLimit = 10;

/** Unites the oldest owners by update, one for each version, until few enough are left. */
export function capOwners(owners: Owners): Owners {
  const updates = [...owners].filter(([, owner]) => owner.operation === 'Update').sort(byAge);
  let excess = updates.length - updateOwnerLimit;
  if (excess <= 0) return owners;

  const capped = new Map(owners);
  const firstOf = new Map<string, OwnerId>();
  for (const [id, owner] of updates) {
    if (excess <= 0) break;
    const first = firstOf.get(owner.apiVersion);
    if (first === undefined) firstOf.set(owner.apiVersion, id);
    else {
      unite(capped, first, { id, owner });
      excess -= 1;
    }
  }
  return capped;
}

function unite(
  owners: Map<OwnerId, Owner>,
  first: OwnerId,
  { id, owner }: { readonly id: OwnerId; readonly owner: Owner },
): void {
  const bucket: Omit<Owner, 'time' | 'fields'> = {
    manager: 'ancient-changes',
    operation: 'Update',
    apiVersion: owner.apiVersion,
    subresource: '',
  };
  const bucketId = ownerId(bucket);
  const bucketed = owners.get(bucketId);
  const started = bucketed ?? owners.get(first);
  if (!bucketed) owners.delete(first);
  const fields = started ? uniteFields(owner.fields, started.fields) : owner.fields;
  owners.set(bucketId, { ...bucket, time: owner.time, fields });
  owners.delete(id);
}

function byAge(
  [a, first]: readonly [OwnerId, Owner],
  [b, second]: readonly [OwnerId, Owner],
): number {
  return secondsOf(first) - secondsOf(second) || compareText(a, b);
}
