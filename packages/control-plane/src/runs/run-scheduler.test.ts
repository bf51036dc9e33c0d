import type { RunPorts } from '@trueup/engine';
import { MemoryStore, sampleRun } from '@trueup/engine/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { StackTargets } from '../lanes/stack-targets.ts';
import { RunScheduler } from './run-scheduler.ts';

const time = '2026-01-01T00:00:00.000Z';
const run = sampleRun('first', { phase: { name: 'succeeded', at: time } } as never);

afterEach(() => {
  vi.useRealTimers();
});

describe('the end of a run', () => {
  it('is told again after a while when it could not be taken up', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    const { scheduler, told, errors } = await openScheduler(1);

    scheduler.enqueue(run);
    await settle();
    const early = { told: [...told], busy: scheduler.isBusy(run.stack) };
    await vi.advanceTimersByTimeAsync(10_000);
    await settle();
    await vi.advanceTimersByTimeAsync(600_000);
    await scheduler.stop(new Error('the test is over'));

    expect(early).toEqual({ told: ['first'], busy: false });
    expect(told).toEqual(['first', 'first']);
    expect(errors).toEqual(['the store is away']);
  });
});

/** Whoever takes up the ends fails so many times. */
async function openScheduler(failures: number) {
  const store = new MemoryStore();
  await store.commit([{ kind: 'run', run }]);
  const told: string[] = [];
  const errors: string[] = [];
  const scheduler = new RunScheduler({
    ports: { store, now: () => Date.parse(time) } as unknown as RunPorts,
    holder: 'test',
    parallel: 1,
    targets: new StackTargets(),
    leaseMs: 30_000,
    onEnded: async ({ id }) => {
      told.push(id);
      if (told.length <= failures) throw new Error('the store is away');
    },
    onResting: () => undefined,
    onError: (error) => errors.push(String(error instanceof Error && error.message)),
  });
  return { scheduler, told, errors };
}

/** Lets everything go on that waits for nothing but the store in memory. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
