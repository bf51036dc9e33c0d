import type { ApiClient } from '@trueup/api';
import { expect, it } from 'vitest';

import { followEvents } from './follow-events.ts';

type Events = ApiClient['events'];
type Step = 'open' | 'lost' | 'run:applying' | 'broken';

/** Plays what a stream does, and keeps what the page is told. */
async function play(steps: readonly Step[]): Promise<readonly unknown[]> {
  const told: unknown[] = [];
  const events = async function* ({
    onConnection,
  }: {
    onConnection?: (state: 'open' | 'lost') => void;
  }) {
    for (const step of steps) {
      if (step === 'broken') throw new Error('away');
      if (step === 'run:applying') yield { type: step };
      else onConnection?.(step);
    }
  };
  await followEvents({
    api: { events: events as unknown as Events },
    now: () => told.length,
    onState: (state) => told.push(state),
    onStale: (topics) => told.push(topics === 'everything' ? topics : topics[0]),
    signal: new AbortController().signal,
  }).catch((error: unknown) => told.push(String(error)));
  return told;
}

it('reads anew what was read before a connection opened, and what events touch', async () => {
  expect(await play(['open', 'run:applying'])).toEqual([{ name: 'live' }, 'everything', 'runs']);
});

it('is not live while the connection is lost, says since when, and misses nothing of that time', async () => {
  expect(await play(['open', 'lost', 'lost', 'open'])).toEqual([
    { name: 'live' },
    'everything',
    { name: 'reconnecting', sinceMs: 2 },
    { name: 'reconnecting', sinceMs: 2 },
    { name: 'live' },
    'everything',
  ]);
});

it('is at its end where no waiting helps', async () => {
  expect(await play(['open', 'broken'])).toEqual([
    { name: 'live' },
    'everything',
    { name: 'ended' },
    'Error: away',
  ]);
});
