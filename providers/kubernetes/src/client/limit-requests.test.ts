import { expect, it } from 'vitest';

import { createRequestLimit } from './limit-requests.ts';

const signal = new AbortController().signal;

function limitOf(concurrency: number, now = () => 0) {
  return createRequestLimit({ concurrency, perSecond: 1000, burst: 2, now });
}

/** Whether the promise is settled after all that is ready has run. */
async function isDone(promise: Promise<void>): Promise<boolean> {
  let done = false;
  promise.then(
    () => {
      done = true;
    },
    () => {
      done = true;
    },
  );
  await new Promise((resolve) => setImmediate(resolve));
  return done;
}

it('lets no more in than allowed, in order', async () => {
  const limit = limitOf(2);
  await limit.enter(signal);
  await limit.enter(signal);
  const third = limit.enter(signal);
  expect(await isDone(third)).toBe(false);

  limit.leave('answered');

  expect(await isDone(third)).toBe(true);
});

it('halves when the server has enough, and grows again one by one', async () => {
  const limit = limitOf(4);
  const answer = async (outcome: 'answered' | 'too-many', times: number) => {
    for (let count = 0; count < times; count += 1) {
      await limit.enter(signal);
      limit.leave(outcome);
    }
  };
  /** How many may be on their way at once. */
  const width = async () => {
    const stop = new AbortController();
    const entries = Array.from({ length: 5 }, () => limit.enter(stop.signal));
    const done = await Promise.all(entries.map(isDone));
    stop.abort();
    const entered = done.filter((one) => one).length;
    for (let count = 0; count < entered; count += 1) limit.leave('failed');
    return entered;
  };
  expect(await width()).toBe(4);

  await answer('too-many', 1);
  expect(await width()).toBe(2);
  await answer('answered', 3);
  expect(await width()).toBe(3);
  await answer('answered', 10);
  expect(await width()).toBe(4);
});

it('gives up a place in the row when aborted', async () => {
  const limit = limitOf(1);
  await limit.enter(signal);
  const stop = new AbortController();
  const waiting = limit.enter(stop.signal);
  const next = limit.enter(signal);
  stop.abort(new Error('superseded'));

  await expect(waiting).rejects.toThrow('superseded');
  limit.leave('answered');

  expect(await isDone(next)).toBe(true);
});

it('keeps a rate only where the server does not protect itself', async () => {
  const free = limitOf(100);
  for (let count = 0; count < 50; count += 1) await free.enter(signal);

  const throttled = limitOf(100);
  throttled.announce(false);
  const entered = Array.from({ length: 4 }, () => throttled.enter(signal));

  expect(await isDone(Promise.all(entered).then(() => undefined))).toBe(false);
  await Promise.all(entered);
});
