import type { Store } from '@trueup/engine';

import type { Figures } from '../session/session.ts';

/** `counted` is what the process counts by itself. */
export async function countFigures(
  store: Store,
  { commits, ended }: Pick<Figures, 'commits' | 'ended'>,
): Promise<Figures> {
  const { runs, drift } = await store.countOpen();
  return { runs: Object.fromEntries(runs), driftOpen: drift, ended: { ...ended }, commits };
}
