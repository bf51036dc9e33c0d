import type { Store } from '@trueup/engine';

import { readAll } from '../paging/read-all.ts';
import type { Figures } from '../session/session.ts';

/** `counted` is what the process counts by itself. */
export async function countFigures(
  store: Store,
  counted: Pick<Figures, 'commits' | 'ended'>,
): Promise<Figures> {
  const unfinished = await readAll((page) => store.runs({ ended: false }, page));
  const phases = Map.groupBy(unfinished, ({ phase }) => phase.name);
  const runs = Object.fromEntries([...phases].map(([name, { length }]) => [name, length]));
  const open = await readAll((page) => store.drift({ open: true }, page));
  const { commits, ended } = counted;
  return { runs, driftOpen: open.length, ended: { ...ended }, commits };
}
