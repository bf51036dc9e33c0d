import {
  noteRun,
  type Rollout,
  type Run,
  readyStacks,
  type Store,
  startStack,
  type Write,
} from '@trueup/engine';

import { readAll } from '../paging/read-all.ts';
import { createRun } from '../runs/create-run.ts';
import type { Turns } from '../turns.ts';

export interface ContinuePorts {
  readonly store: Store;
  readonly now: () => number;
  readonly newId: () => string;
  /** By repository id: two runs that end at once must not overwrite each other's word. */
  readonly turns: Turns;
}

/**
 * Takes up the end of a run into its rollout, and starts what that lets start. Answers with the new
 * runs, which are in the store. Doing so twice changes nothing more.
 */
export async function continueRollout(run: Run, ports: ContinuePorts): Promise<readonly Run[]> {
  if (run.rollout === undefined) return [];
  const { rollout } = run;
  return ports.turns.take(run.repository, () => continueNow(run, rollout, ports));
}

/** Takes up the runs that ended when nobody was there to continue their rollouts. */
export async function continueRollouts(ports: ContinuePorts): Promise<readonly Run[]> {
  const { store } = ports;
  const rollouts = await readAll((page) => store.rollouts({ ended: false }, page));
  const started: Run[] = [];
  for (const { stacks } of rollouts) {
    for (const { state } of Object.values(stacks)) {
      const run = state.name === 'running' ? await store.run(state.run) : undefined;
      if (run) started.push(...(await continueRollout(run, ports)));
    }
  }
  return started;
}

async function continueNow(run: Run, id: string, ports: ContinuePorts): Promise<readonly Run[]> {
  const { store } = ports;
  const rollout = await store.rollout(id);
  if (!rollout || isOver(rollout)) return [];
  const at = new Date(ports.now()).toISOString();
  let current = noteRun(rollout, run, at);
  if (current === rollout) return [];

  const runs: Run[] = [];
  const writes: Write[] = [];
  for (const stack of readyStacks(current)) {
    const { repository, revision } = rollout;
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
