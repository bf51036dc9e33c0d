import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { LookSchedule } from './look-schedule.ts';

describe('LookSchedule', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('looks once more for all hints that come during a look', async () => {
    const { schedule, looks, end } = create();

    schedule.hint('shop');
    schedule.hint('shop');
    schedule.hint('shop');
    const first = looks.length;
    await end();
    await end();

    expect([first, looks.length]).toEqual([1, 2]);
  });

  it('looks at its interval without a hint, and no sooner', async () => {
    const { schedule, looks, end } = create();

    schedule.hint('shop');
    await end();
    await vi.advanceTimersByTimeAsync(900);
    const before = looks.length;
    await vi.advanceTimersByTimeAsync(200);

    expect([before, looks.length]).toEqual([1, 2]);
    await schedule.stop(new Error('end'));
  });

  it.each(['forget', 'stop'] as const)('ends the look that is under way on %s', async (way) => {
    const { schedule, looks } = create();
    schedule.hint('shop');

    await (way === 'stop'
      ? schedule.stop(new Error('no more'))
      : schedule.forget('shop', new Error('no more')));
    await vi.advanceTimersByTimeAsync(5000);

    expect(looks.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

/** Each look lasts until `end`, or until it is told to end. */
function create() {
  const looks: AbortSignal[] = [];
  const ends: (() => void)[] = [];
  const schedule = new LookSchedule({
    look: async (_name, signal) => {
      looks.push(signal);
      const { promise, resolve } = Promise.withResolvers<void>();
      ends.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
      await promise;
    },
    random: () => 0.5,
    intervalMs: 1000,
  });
  const end = async (): Promise<void> => {
    for (const one of ends.splice(0)) one();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { schedule, looks, end };
}
