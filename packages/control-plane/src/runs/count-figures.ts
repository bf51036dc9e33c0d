import type { Store } from '@trueup/engine';

import type { Figures } from '../session/session.ts';

interface Counted extends Pick<Figures, 'commits' | 'ended'> {
  readonly alerts?: { readonly figures: Figures['alerts'] } | undefined;
}

const noAlerts: Figures['alerts'] = { waiting: 0, sent: 0, failed: 0 };

/** `counted` is what the process counts by itself. */
export async function countFigures(
  store: Store,
  { commits, ended, alerts }: Counted,
): Promise<Figures> {
  const { runs, drift } = await store.countOpen();
  const { figures = noAlerts } = alerts ?? {};
  const counts = { ended: { ...ended }, commits, alerts: figures };
  return { runs: Object.fromEntries(runs), driftOpen: drift, ...counts };
}
