import {
  noteRun,
  type Rollout,
  type Run,
  readyStacks,
  type Store,
  startStack,
  type Write,
} from '@trueup/engine';

import { createRun } from '../runs/create-run.ts';

export interface ContinuePorts {
  readonly store: Store;
  readonly now: () => number;
  readonly newId: () => string;
}

/**
 * Takes up the end of a run into its rollout, and starts what that lets start. Answers with the new
 * runs, which are in the store. Doing so twice changes nothing more.
 */
export async function continueRollout(run: Run, ports: ContinuePorts): Promise<readonly Run[]> {
  const { store } = ports;
  const rollout = run.rollout === undefined ? undefined : await store.rollout(run.rollout);
  if (!rollout || isOver(rollout)) return [];
  const at = new Date(ports.now()).toISOString();
  let current = noteRun(rollout, run, at);
  if (current === rollout) return [];

  const runs: Run[] = [];
  const writes: Write[] = [];
  // A rollout whose runs were superseded has given way to a newer one, which starts them itself.
  const ready = run.phase.name === 'superseded' ? [] : readyStacks(current);
  for (const stack of ready) {
    const { repository, revision, id } = rollout;
    const place = { repository, stack, revision, rollout: id };
    const { requestedBy } = run;
    const created = await createRun(
      { id: ports.newId(), ...place, purpose: 'revision', requestedBy, at },
      store,
    );
    current = startStack(current, stack, created.run.id, at);
    runs.push(created.run);
    writes.push(...created.writes);
  }
  const event = describe(current, run, at);
  const ended = isOver(current) ? [{ kind: 'event', event } as const] : [];
  await store.commit([...writes, { kind: 'rollout', rollout: current }, ...ended]);
  return runs;
}

function isOver({ phase }: Rollout): boolean {
  return phase !== 'waiting' && phase !== 'running';
}

function describe({ id, revision, phase }: Rollout, { stack }: Run, at: string) {
  const [repository = ''] = stack.split('/');
  return { at, type: `rollout:${phase}`, repository, body: { rollout: id, revision } };
}
