import { formatResourceId } from '@trueup/provider-sdk';
import { describe, expect, it } from 'vitest';

import type { Digest } from '../plan/digest.ts';
import { askFor, RunBench } from '../testing/run-bench.ts';
import type { Run } from './run.ts';
import type { RunRule } from './run-rule.ts';

const things = {
  a: { kind: 'Thing', name: 'a', spec: { size: 1 } },
  b: { kind: 'Thing', name: 'b', spec: { size: 1 } },
};
const a = formatResourceId({ kind: 'Thing', scope: '', name: 'a' });
const vault = formatResourceId({ kind: 'ProtectedVault', scope: '', name: 'a' });
const frozenUntil = (atMs: number): number => atMs + 3_600_000;

describe('breaking the glass', () => {
  it('lets a run go on without the approvals that it lacks, and says who did it', async () => {
    const bench = await openWith(askFor(2));
    const waiting = await bench.run();
    await breakGlass(bench, waiting);

    const run = await bench.finish(waiting.id);

    expect(waiting.phase.name).toBe('awaiting-approval');
    expect(run.phase).toEqual({ name: 'succeeded', extent: 'all' });
    expect(run.brokenGlass).toMatchObject({ by: 'member:edda', reason: 'The shop is down.' });
  });

  it('lets it go on in a freeze, to its end', async () => {
    const bench = await openWith({ frozenUntil });
    const waiting = await bench.supervise(await bench.queue());
    await breakGlass(bench, waiting);

    const run = await bench.supervise(waiting.id);

    expect(waiting.phase).toMatchObject({ name: 'waiting', for: 'freeze' });
    expect(run.phase.name).toBe('succeeded');
  });

  it('lets it go on past a guard', async () => {
    const findings = [{ guard: 'deny', severity: 'error', message: 'No.' } as const];
    const bench = await openWith({ judge: async () => ({ findings, asked: [] }) });
    const held = await bench.run();
    await breakGlass(bench, held);

    expect(held.phase).toMatchObject({ name: 'held', reason: 'guard' });
    expect((await bench.finish(held.id)).phase.name).toBe('succeeded');
  });

  it('covers the plan that it was done for, and nothing that came to it since', async () => {
    const bench = await openWith({});
    await bench.run();
    bench.write({ a: { ...things.a, spec: { size: 2 } } });
    bench.rule = { ...bench.rule, ...askFor(1) };
    const waiting = await bench.run();
    bench.cloud.disturb(a, 'size', 9);
    await breakGlass(bench, waiting);

    const run = await bench.finish(waiting.id);

    expect(run.phase).toMatchObject({ name: 'held', reason: 'plan-moved' });
    expect(bench.cloud.get(a)?.spec).toEqual({ size: 9 });
  });

  it('covers nothing at all by digests that are none of the plan', async () => {
    const bench = await openWith(askFor(1));
    const waiting = await bench.run();
    await breakGlass(bench, waiting, [`sha256:${'0'.repeat(64)}`]);

    expect((await bench.finish(waiting.id)).phase).toMatchObject({ name: 'held' });
    expect(bench.cloud.effects).toEqual([]);
  });

  it('deletes nothing that is protected without words in Git', async () => {
    const guarded = { ...things, a: { ...things.a, kind: 'ProtectedVault' } };
    const bench = new RunBench({ things: guarded });
    await bench.begin();
    await bench.run();
    bench.write({ a: undefined, b: { ...things.b, spec: { size: 2 } } });
    bench.rule = { ...bench.rule, ...askFor(1) };
    const waiting = await bench.run();
    await breakGlass(bench, waiting);
    const run = await bench.finish(waiting.id);

    expect(run.phase.name).toBe('succeeded');
    expect(bench.cloud.get(vault)).toBeDefined();
  });
});

async function openWith(rule: Partial<RunRule>): Promise<RunBench> {
  const bench = new RunBench({ things, rule });
  await bench.begin();
  return bench;
}

async function breakGlass(bench: RunBench, run: Run, digests?: readonly Digest[]): Promise<void> {
  const planned = await bench.store.planChanges(run.plan?.id ?? '', { limit: 500 });
  const shown = planned.items.flatMap(({ digest }) => digest ?? []);
  await bench.request({
    kind: 'request',
    run: run.id,
    request: {
      kind: 'break-glass',
      by: 'member:edda',
      at: '2026-01-01T00:00:00Z',
      reason: 'The shop is down.',
      digests: digests ?? shown,
    },
  });
}
