/**
 * Takes up the ends of runs into their rollouts, and starts what that lets start.
 *
 * K1. Runs that end while a rollout is being written are taken up together, by the next writing: a
 *     rollout of a thousand stacks is a large record.
 * K2. Doing so twice changes nothing more, so that a restart takes up what a crash left.
 */
import {
  isRolloutOver,
  noteRuns,
  parseStackId,
  type Rollout,
  type Run,
  readyStacks,
  type Store,
  startStacks,
  type Write,
} from '@trueup/engine';
import type { Turns } from '@trueup/repository';

import { readAll } from '../paging/read-all.ts';
import { createRun } from '../runs/create-run.ts';

export interface ContinuePorts {
  readonly store: Store;
  readonly now: () => number;
  readonly newId: () => string;
  /** By repository id: two runs that end at once must not overwrite each other's word. */
  readonly turns: Turns;
}

export class RolloutContinuation {
  readonly #ports: ContinuePorts;
  /** Runs that have ended and wait for their rollout's turn, by rollout. */
  readonly #ended = new Map<string, Run[]>();

  constructor(ports: ContinuePorts) {
    this.#ports = ports;
  }

  /** Returns when the run's end is taken up. Answers with new runs, which are in the store. */
  async note(run: Run): Promise<readonly Run[]> {
    const { rollout } = run;
    if (rollout === undefined) return [];
    this.#ended.set(rollout, [...(this.#ended.get(rollout) ?? []), run]);
    return this.#ports.turns.take(run.repository, () => this.#takeUp(rollout));
  }

  /** Takes up the runs that ended when nobody was there to continue their rollouts. */
  async resume(): Promise<void> {
    const { store } = this.#ports;
    const rollouts = await readAll((page) => store.rollouts({ ended: false }, page));
    for (const { stacks } of rollouts) {
      for (const { state } of Object.values(stacks)) {
        const run = state.name === 'running' ? await store.run(state.run) : undefined;
        if (run) await this.note(run);
      }
    }
  }

  async #takeUp(id: string): Promise<readonly Run[]> {
    const ended = this.#ended.get(id) ?? [];
    this.#ended.delete(id);
    const rollout = ended.length > 0 ? await this.#ports.store.rollout(id) : undefined;
    if (!rollout || isRolloutOver(rollout)) return [];
    try {
      return await continueRollout(rollout, ended, this.#ports);
    } catch (error) {
      // The next one to end takes these along.
      this.#ended.set(id, [...ended, ...(this.#ended.get(id) ?? [])]);
      throw error;
    }
  }
}

async function continueRollout(
  rollout: Rollout,
  ended: readonly Run[],
  { store, now, newId }: ContinuePorts,
): Promise<readonly Run[]> {
  const at = new Date(now()).toISOString();
  const noted = noteRuns(rollout, ended, at);
  if (noted === rollout) return [];

  const runs: Run[] = [];
  const writes: Write[] = [];
  const requestedBy = ended[0]?.requestedBy ?? 'trueup';
  for (const stack of readyStacks(noted)) {
    const { repository, revision, id } = rollout;
    const base = noted.stacks[stack]?.base;
    const place = { repository, stack, revision, rollout: id, ...(base !== undefined && { base }) };
    // What Git does not describe is in a rollout only because Git says that it is to be deleted.
    const isGone = (await store.stack(stack))?.standing === 'orphaned';
    const purpose = isGone ? 'removal' : 'revision';
    const created = await createRun({ id: newId(), ...place, purpose, requestedBy, at }, store);
    runs.push(created.run);
    writes.push(...created.writes);
  }
  const current = startStacks(noted, new Map(runs.map(({ id, stack }) => [stack, id])), at);
  const { repository } = parseStackId(ended[0]?.stack ?? '');
  const over = isRolloutOver(current) ? [tellEnd(current, repository, at)] : [];
  await store.commit([...writes, { kind: 'rollout', rollout: current }, ...over]);
  return runs;
}

function tellEnd({ id, revision, phase }: Rollout, repository: string, at: string): Write {
  const body = { rollout: id, revision };
  return { kind: 'event', event: { at, type: `rollout:${phase}`, repository, body } };
}
