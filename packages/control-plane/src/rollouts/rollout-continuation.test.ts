import { createRollout, type Run, type Store, startStacks } from '@trueup/engine';
import { MemoryStore, sampleRun, sampleTime } from '@trueup/engine/testing';
import { Turns } from '@trueup/repository';
import { describe, expect, it } from 'vitest';

import { createIds } from '../ids/create-ids.ts';
import { RolloutContinuation } from './rollout-continuation.ts';

describe('a rollout', () => {
  it('hears of runs that end while it is written', async () => {
    const { store, continuation, runs } = await prepare();
    const [first, second, third] = runs.map((run) => succeed(run));

    const noted = [first, second, third].map((run) => run && continuation.note(run));
    const started = (await Promise.all(noted)).flatMap((one) => one ?? []);

    expect(started.map(({ stack }) => stack)).toEqual(['infra/last']);
    const rollout = await store.rollout('rollout-1');
    expect(Object.values(rollout?.stacks ?? {}).map(({ state }) => state.name)).toEqual([
      'succeeded',
      'succeeded',
      'succeeded',
      'running',
    ]);
    expect(store.rolloutWrites).toBeLessThan(3);
  });

  it('changes nothing more when it hears of the same end twice', async () => {
    const { store, continuation, runs } = await prepare();
    const ended = runs.map((run) => succeed(run));
    await Promise.all(ended.map((run) => continuation.note(run)));
    const before = await store.rollout('rollout-1');

    const again = await Promise.all(ended.map((run) => continuation.note(run)));

    expect(again.flat()).toEqual([]);
    expect(await store.rollout('rollout-1')).toEqual(before);
  });

  it('takes an end along that could not be written', async () => {
    const { store, continuation, runs } = await prepare();
    const [first, second] = runs.map((run) => succeed(run));
    store.failNext();

    await expect(first && continuation.note(first)).rejects.toThrow('disk full');
    await (second && continuation.note(second));

    const { stacks } = (await store.rollout('rollout-1')) ?? {};
    expect(stacks?.['infra/part-0']?.state.name).toBe('succeeded');
    expect(stacks?.['infra/part-1']?.state.name).toBe('succeeded');
  });
});

/** Answers late, so that whoever does not wait for their turn reads what is out of date. */
class SlowStore extends MemoryStore implements Store {
  rolloutWrites = 0;
  #fails = false;

  failNext(): void {
    this.#fails = true;
  }

  override async rollout(id: string): ReturnType<Store['rollout']> {
    const found = await super.rollout(id);
    await new Promise((resolve) => setTimeout(resolve, 2));
    return found;
  }

  override async commit(...given: Parameters<Store['commit']>): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 2));
    if (this.#fails) {
      this.#fails = false;
      throw new Error('disk full');
    }
    await super.commit(...given);
    if (given[0].some(({ kind }) => kind === 'rollout')) this.rolloutWrites += 1;
  }
}

async function prepare() {
  const store = new SlowStore();
  const parts = ['infra/part-0', 'infra/part-1', 'infra/part-2'];
  const stacks = new Map<string, readonly string[]>(parts.map((part) => [part, []]));
  stacks.set('infra/last', parts);
  const place = { repository: 'r1', revision: 'a'.repeat(40) };
  let rollout = createRollout({ id: 'rollout-1', ...place, createdAt: sampleTime, stacks });
  const runs = parts.map((stack, index) =>
    sampleRun(`run-${index}`, { stack, rollout: 'rollout-1', repository: 'r1' }),
  );
  rollout = startStacks(rollout, new Map(runs.map(({ id, stack }) => [stack, id])), sampleTime);
  await store.commit([
    ...runs.map((run) => ({ kind: 'run', run }) as const),
    { kind: 'rollout', rollout },
  ]);
  store.rolloutWrites = 0;
  const ports = { store, now: Date.now, newId: createIds(Date.now), turns: new Turns() };
  return { store, continuation: new RolloutContinuation(ports), runs };
}

function succeed(run: Run): Run {
  return { ...run, phase: { name: 'succeeded', extent: 'all' } };
}
