import { TransientError } from '@trueup/diagnostics';
import type { Store } from '@trueup/engine';
import { MemoryStore } from '@trueup/engine/testing';
import { beforeEach, describe, expect, it } from 'vitest';

import { createWriteCheck } from './write-check.ts';

let clock: number;
let commits: number;
let commit: Store['commit'];
let told: string[];

beforeEach(() => {
  clock = 0;
  commits = 0;
  commit = async () => undefined;
  told = [];
});

describe('the check for writes', () => {
  it('tells that writes fail, while reads go on', async () => {
    commit = async () => {
      throw new TransientError('STORE_DISK_FULL', 'trueup.db: nothing was written');
    };
    const check = createCheck();

    expect(await check()).toEqual({
      ready: false,
      reason: 'the store takes no writes (STORE_DISK_FULL)',
    });
    expect(told).toEqual(['store']);
  });

  it('keeps what it found for some seconds', async () => {
    const check = createCheck();

    await Promise.all([check(), check()]);
    clock = 4999;
    await check();
    expect(commits).toBe(1);

    clock = 5000;
    await check();
    expect(commits).toBe(2);
  });

  it('waits for an answer so long, and writes one at a time', async () => {
    const disk = Promise.withResolvers<void>();
    commit = () => disk.promise;
    const check = createCheck(1);
    const late = { ready: false, reason: 'the store does not answer in time' };

    expect(await check()).toEqual(late);
    clock = 60_000;
    expect(await check()).toEqual(late);
    expect(commits).toBe(1);

    disk.resolve();
    await disk.promise;
    commit = async () => undefined;
    clock = 120_000;
    await check();
    expect(await check()).toEqual({ ready: true });
  });
});

function createCheck(patienceMs = 60_000): ReturnType<typeof createWriteCheck> {
  const store: Store = Object.assign(new MemoryStore(), {
    commit: (...given: Parameters<Store['commit']>) => {
      commits += 1;
      return commit(...given);
    },
  });
  return createWriteCheck({
    store,
    now: () => clock,
    newId: () => `${commits}`,
    onError: (_error, subject) => told.push(subject),
    patienceMs,
  });
}
