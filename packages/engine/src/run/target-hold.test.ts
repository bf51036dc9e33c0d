import { formatResourceId, type ResourceId } from '@trueup/provider-sdk';
import { describe, expect, it } from 'vitest';

import { RunBench } from '../testing/run-bench.ts';
import type { Phase, Run } from './run.ts';

const [a, b] = [idOf('a'), idOf('b')];
const two = {
  a: { kind: 'Thing', name: 'a', spec: { size: 1 } },
  b: { kind: 'Thing', name: 'b', spec: { size: 1 }, dependsOn: ['Thing//a'] },
};
const stack = 'infra/shop';

describe('a run', () => {
  it('holds the lease of its stack while it writes, once for all waves, and no longer', async () => {
    const bench = await openBench();
    bench.cloud.slow(a, b);
    const supervising = bench.supervise(await bench.queue());
    await until(() => bench.cloud.effects.length === 1);
    const atWork = bench.cloud.leases.holderOf(stack);
    bench.cloud.settle(a);
    await until(() => bench.cloud.effects.length === 2 && !bench.cloud.leases.holderOf(stack));
    bench.cloud.settle(b);

    expect((await supervising).phase.name).toBe('succeeded');
    expect(atWork).toBe('bench');
    expect(bench.cloud.leases.taken).toBe(1);
  });

  it('asks for no lease where there is nothing to do', async () => {
    const bench = await openBench();
    await bench.run();
    const { taken } = bench.cloud.leases;

    expect((await bench.run()).phase).toEqual({ name: 'succeeded', extent: 'nothing' });
    expect(bench.cloud.leases.taken).toBe(taken);
  });

  it('waits while somebody else works on the stack, says for whom, and then goes on', async () => {
    const bench = await openBench();
    bench.cloud.leases.take(stack, 'ada on laptop-1');
    const id = await bench.queue();

    const waiting = await bench.supervise(id);
    expect(waiting.phase).toMatchObject({ name: 'waiting', for: 'lock' });
    expect(messageOf(waiting.phase)).toContain('held by ada on laptop-1 since ');
    expect(bench.cloud.effects).toEqual([]);
    bench.cloud.leases.lose(stack);

    expect((await bench.finish(id)).phase.name).toBe('succeeded');
    expect(bench.cloud.leases.holderOf(stack)).toBeUndefined();
  });

  it('waits for however long, without failing', async () => {
    const bench = await openBench();
    bench.nowMs = Date.now();
    bench.cloud.leases.take(stack, 'ada on laptop-1');
    const id = await bench.queue();
    let run: Run = await bench.supervise(id);
    for (let look = 0; look < 60; look += 1) {
      bench.nowMs = untilMs(run.phase) + 1;
      run = await bench.supervise(id);
    }

    expect(run).toMatchObject({ phase: { name: 'waiting', for: 'lock' }, retries: 0 });
    // Half a minute between two looks, once it has been held for long.
    expect(untilMs(run.phase) - bench.nowMs).toBeGreaterThan(20_000);
  });

  it('stops writing when it loses the lease, and looks again before it goes on', async () => {
    const bench = await openBench();
    bench.cloud.inject(a, 'hang');
    const supervising = bench.supervise(await bench.queue());
    await until(() => bench.cloud.attemptsOf(a) === 1);
    bench.cloud.leases.lose(stack);

    const run = await supervising;
    expect(run.phase).toMatchObject({ name: 'waiting', for: 'retry' });
    expect((await bench.finish(run.id)).phase.name).toBe('succeeded');
    expect(bench.cloud.effectsOf(a)).toEqual(['create']);
  });

  it('goes on without a lease where the target keeps none for it, and says so', async () => {
    const bench = await openBench();
    bench.cloud.leases.refuse('Leases may not be written.');

    const run = await bench.run();

    expect(run.phase.name).toBe('succeeded');
    const { diagnostics } = (await bench.store.stack(stack)) ?? {};
    expect(diagnostics).toMatchObject([{ severity: 'warning', code: 'RUN_WITHOUT_LEASE' }]);
    expect(diagnostics?.[0]?.summary).toContain('Leases may not be written.');
  });

  it('gives its lease up when it is aborted', async () => {
    const bench = await openBench();
    bench.cloud.inject(a, 'hang');
    const abort = new AbortController();
    const supervising = bench.supervise(await bench.queue(), abort.signal);
    const ended = expect(supervising).rejects.toThrow('stopping');
    await until(() => bench.cloud.attemptsOf(a) === 1);
    abort.abort(new Error('stopping'));
    await ended;

    expect(bench.cloud.leases.holderOf(stack)).toBeUndefined();
  });
});

async function openBench(): Promise<RunBench> {
  const bench = new RunBench({ things: two });
  await bench.begin();
  return bench;
}

async function until(isMet: () => boolean): Promise<void> {
  for (let turns = 0; turns < 2000; turns += 1) {
    if (isMet()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('It never came to that.');
}

function messageOf(phase: Phase): string {
  return 'message' in phase ? phase.message : '';
}

function untilMs(phase: Phase): number {
  return phase.name === 'waiting' ? Date.parse(phase.until ?? '') : Number.NaN;
}

function idOf(name: string): ResourceId {
  return formatResourceId({ kind: 'Thing', scope: '', name });
}
