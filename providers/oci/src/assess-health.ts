import type { Health, ObservedResource } from '@trueup/provider-sdk';

/** A tag is there or is not; whether what it points at works is the business of those who run it. */
export function assessHealth(observed: ObservedResource | undefined): Health {
  if (!observed) {
    return { status: 'not-found', reason: 'NotFound', message: 'The registry has no such tag.' };
  }
  return { status: 'current', reason: 'Tagged', message: 'The tag points at an artifact.' };
}
