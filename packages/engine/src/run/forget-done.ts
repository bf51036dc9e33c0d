import { wholeStack } from '../plan/seal-desired.ts';
import { madeSteps } from '../rollback/made-steps.ts';
import type { Write } from '../store/store.ts';
import type { Run } from './run.ts';
import type { RunPorts } from './run-ports.ts';

/**
 * What a run has changed that did not succeed is not as the last success had asked for, since somebody asked
 * otherwise: that it differs is no drift, and the next plan puts it right, also where Git goes back. A run
 * that heals asks for nothing else.
 */
export async function forgetDone(
  run: Run,
  { store }: Pick<RunPorts, 'store'>,
): Promise<readonly Write[]> {
  if (run.phase.name === 'succeeded' || run.purpose === 'heal') return [];
  const applied = (await store.stack(run.stack))?.applied;
  if (!applied) return [];
  const entries = (await store.journal(run.id)).map(({ entry }) => entry);
  const done = new Set<string>(madeSteps(entries, []).map(({ id }) => id));
  if (done.size === 0) return [];
  const kept = Object.entries(applied.desired).filter(([id]) => id !== wholeStack && !done.has(id));
  const change = { applied: { ...applied, desired: Object.fromEntries(kept) } };
  return [{ kind: 'stack-changed', id: run.stack, change }];
}
