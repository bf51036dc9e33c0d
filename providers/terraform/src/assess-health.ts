import type { Health, ObservedResource } from '@trueup/provider-sdk';

/**
 * What a state can say: that something was made, and whether that ended well. Whether it also works is
 * the business of checks, which the next plan reports.
 */
export function assessHealth(observed: ObservedResource | undefined): Health {
  if (!observed)
    return { status: 'not-found', reason: 'NotFound', message: 'The state does not hold it.' };
  const { tainted, deposed } = observed.body;
  if (tainted === true) {
    const message = 'Its creation did not end well; the next plan replaces it.';
    return { status: 'failed', reason: 'Tainted', message };
  }
  if (deposed === true) {
    const message = 'It was replaced, and waits to be destroyed.';
    return { status: 'terminating', reason: 'Deposed', message };
  }
  return { status: 'current', reason: 'InState', message: 'The state holds it.' };
}
