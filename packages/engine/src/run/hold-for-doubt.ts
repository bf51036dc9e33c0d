import type { ResourceId } from '@trueup/provider-sdk';

import type { Phase } from './run.ts';

/** What may have run and is not safe to repeat waits for a person (P4). */
export function holdForDoubt(ids: readonly ResourceId[]): Phase {
  const names = ids.join(', ');
  const message = `It is not known whether this ran: ${names}. Resume to run it again, or say done.`;
  return { name: 'held', reason: 'in-doubt', message };
}
