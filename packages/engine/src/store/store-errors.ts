import { StalledError } from '@trueup/diagnostics';
import type { ResourceId } from '@trueup/provider-sdk';

import type { StackId } from '../stack/stack-record.ts';

/** What every store says when a batch comes with a lease that somebody else has taken over. */
export function leaseLost(key: string): StalledError {
  return new StalledError(
    'STORE_LEASE_LOST',
    `${key}: nothing was written, since the lease is no longer held`,
    key,
  );
}

/** A resource of a target belongs to one stack. */
export function resourceClaimed(id: ResourceId, owner: StackId): StalledError {
  const message = `${id}: nothing was written, since it belongs to ${owner}`;
  return new StalledError('STORE_RESOURCE_CLAIMED', message, id);
}

/** A link may be used once, by one. */
export function linkEnded(): StalledError {
  return new StalledError('STORE_CONFLICT', 'link: nothing was written, since it is not open');
}

/** Two records may not share what is said to be unique: a repository's name, a token's hash. */
export function alreadyTaken(subject: string): StalledError {
  return new StalledError(
    'STORE_CONFLICT',
    `${subject}: nothing was written, since another record has it already`,
    subject,
  );
}
