import { MemoryStore, sampleRepository, sampleRun, sampleStack } from '@trueup/engine/testing';
import { describe, expect, it } from 'vitest';

import { FakeGitRepository } from '../testing/index.ts';
import { MirrorUpkeep } from './mirror-upkeep.ts';

const hourMs = 3600_000;
const record = sampleRepository({ head: 'head' });

describe('a mirror', () => {
  it('is tidied within hours of the start, and then once a day', async () => {
    const { upkeep, git, pass } = await openUpkeep();

    const tidied: number[] = [];
    for (let hour = 0; hour <= 50; hour += 1) {
      const before = git.tidied.length;
      upkeep.afterFetch(record, git);
      await turn();
      if (git.tidied.length > before) tidied.push(hour);
      pass(hourMs);
    }

    expect(tidied).toEqual([1, 25, 49]);
  });

  it('keeps what stacks stand at, and what runs work on', async () => {
    const { upkeep, git, pass, store } = await openUpkeep();
    const place = { run: 'r', at: '', targetIdentity: '', desired: {} };
    const render = { revision: 'b', paths: {}, inputs: {}, settings: '' };
    const other = { repository: 'r2', revision: 'elsewhere' };
    await store.commit([
      {
        kind: 'stack',
        record: sampleStack('shop', {
          revision: 'a',
          applied: { revision: 'b', ...place, render },
        }),
      },
      { kind: 'stack', record: sampleStack('x', other) },
      { kind: 'run', run: sampleRun('open', { revision: 'c' }) },
      {
        kind: 'run',
        run: sampleRun('ended', { revision: 'd', phase: { name: 'succeeded', extent: 'all' } }),
      },
    ]);

    upkeep.afterFetch(record, git);
    pass(hourMs);
    upkeep.afterFetch(record, git);
    await turn();

    expect(git.tidied).toEqual([['a', 'b', 'c', 'head']]);
  });

  it('that cannot be tidied is told, and tried again the next day', async () => {
    const { upkeep, git, pass, errors } = await openUpkeep();
    git.tidy = () => Promise.reject(new Error('no space left'));
    upkeep.afterFetch(record, git);

    for (let hour = 0; hour < 30; hour += 1) {
      pass(hourMs);
      upkeep.afterFetch(record, git);
      await turn();
    }

    expect(errors).toEqual(['infra', 'infra']);
  });

  it('is let go before it is closed', async () => {
    const { upkeep, git, pass, errors } = await openUpkeep();
    let aborted = false;
    git.tidy = (_needed, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          reject(signal.reason);
        });
      });
    upkeep.afterFetch(record, git);
    pass(hourMs);
    upkeep.afterFetch(record, git);
    await turn();

    await upkeep.leave(record.id, new Error('stopping'));

    expect(aborted).toBe(true);
    expect(errors).toEqual([]);
  });
});

async function openUpkeep() {
  const store = new MemoryStore();
  const errors: string[] = [];
  let nowMs = 0;
  const upkeep = new MirrorUpkeep({
    store,
    now: () => nowMs,
    random: () => 0.5,
    onError: (_error, repository) => errors.push(repository),
  });
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { upkeep, git: new FakeGitRepository(), store, errors, pass };
}

async function turn(): Promise<void> {
  for (let count = 0; count < 10; count += 1) await new Promise((resolve) => setImmediate(resolve));
}
