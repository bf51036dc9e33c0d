import type { Store } from '@trueup/engine';

/** What a running control plane is at. */
export interface Figures {
  /** Runs that have not ended, by phase. */
  readonly runs: Readonly<Record<string, number>>;
  readonly driftOpen: number;
  /** Runs that ended since the start, by how they ended. */
  readonly ended: Readonly<Record<string, number>>;
  /** Batches written to the store since the start. */
  readonly commits: number;
  /** Messages that wait, and how many were sent and given up since the start. */
  readonly alerts: { readonly waiting: number; readonly sent: number; readonly failed: number };
}

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
