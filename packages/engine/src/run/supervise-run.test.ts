import { formatResourceId, type ResourceId } from '@trueup/provider-sdk';
import { describe, expect, it } from 'vitest';

import { askFor, RunBench } from '../testing/run-bench.ts';
import type { Phase, Run } from './run.ts';

const a = idOf('a');
const b = idOf('b');
const hook = idOf('hook');
const two = {
  a: { kind: 'Thing', name: 'a', spec: { size: 1 } },
  b: { kind: 'Thing', name: 'b', spec: { size: 1 }, dependsOn: ['Thing//a'] },
};
const migration = { kind: 'Thing', name: 'hook', executes: 'always', spec: { command: 'migrate' } };

describe('a run', () => {
  it('brings a stack to its target, in order, and ends', async () => {
    const bench = await openBench(two);

    const run = await bench.run();

    expect(run.phase).toEqual({ name: 'succeeded', extent: 'all' });
    expect(bench.cloud.effects).toEqual([
      { id: a, action: 'create' },
      { id: b, action: 'create' },
    ]);
    expect(await bench.store.inventory('infra/shop')).toEqual([a, b]);
  });

  it('does nothing where all is right', async () => {
    const bench = await openBench(two);
    await bench.run();
    const { writes } = bench.cloud.counts;

    expect((await bench.run()).phase).toEqual({ name: 'succeeded', extent: 'nothing' });
    expect(bench.cloud.counts.writes).toBe(writes);
  });

  it('waits for what the next wave builds on', async () => {
    const bench = await openBench(two);
    bench.cloud.slow(a);
    const id = await bench.queue();
    const supervising = bench.supervise(id);
    await phaseOf(bench, id, 'settling');

    expect(bench.cloud.effectsOf(b)).toEqual([]);
    bench.cloud.settle(a);
    expect((await supervising).phase.name).toBe('succeeded');
  });

  it.each([
    ['that failed', 'failed', 'RUN_UNHEALTHY'],
    ['that takes too long', 'in-progress', 'RUN_HEALTH_TIMEOUT'],
  ] as const)('fails at something %s', async (_name, state, code) => {
    const bench = await openBench(two, { healthTimeoutMs: 5000 });
    bench.cloud.slow(a);
    const id = await bench.queue();
    const supervising = bench.supervise(id);
    await phaseOf(bench, id, 'settling');
    bench.cloud.settle(a, state);

    expect((await supervising).phase).toMatchObject({ extent: 'part', failure: { code } });
    expect(bench.cloud.effectsOf(b)).toEqual([]);
  });

  it('tries again what may work, and no more than so often', async () => {
    const bench = await openBench(two);
    bench.cloud.inject(a, 'transient', 'transient');
    expect((await bench.run()).phase.name).toBe('succeeded');

    bench.write({ c: { kind: 'Thing', name: 'c', spec: {} } });
    bench.cloud.inject(idOf('c'), ...Array.from({ length: 50 }, () => 'transient' as const));
    const run = await bench.run();

    expect(run.phase).toMatchObject({ name: 'failed', failure: { family: 'transient' } });
    expect(bench.cloud.attemptsOf(idOf('c'))).toBeLessThan(10);
  });

  it('gives up at once where no retry can help', async () => {
    const bench = await openBench(two);
    bench.cloud.inject(a, 'stalled');

    expect((await bench.run()).phase).toMatchObject({ name: 'failed', extent: 'nothing' });
    expect(bench.cloud.attemptsOf(a)).toBe(1);
  });

  it.each(['in-doubt-done', 'in-doubt-lost', 'stream-throws', 'stream-throws-done'] as const)(
    'finds out what became of a step that ends %s',
    async (fault) => {
      const bench = await openBench(two);
      bench.cloud.inject(a, fault);

      expect((await bench.run()).phase.name).toBe('succeeded');
      expect(bench.cloud.effectsOf(a)).toEqual(['create']);
    },
  );

  it('looks again when a resource moved between plan and write', async () => {
    const bench = await openBench(two);
    await bench.run();
    bench.write({ a: { ...two.a, spec: { size: 2 } } });
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    bench.cloud.inject(a, { holdUntil: held });
    const id = await bench.queue();
    const supervising = bench.supervise(id);
    await phaseOf(bench, id, 'applying');
    bench.cloud.disturb(a, 'size', 9);
    release();

    expect((await supervising).phase.name).toBe('succeeded');
    expect(bench.cloud.get(a)?.spec).toEqual({ size: 2 });
  });
});

describe('before each wave', () => {
  it('what was deferred is planned for real, and still covered', async () => {
    const bench = await openBench(
      { a: two.a, b: { kind: 'Thing', name: 'b', spec: {}, needs: 'Thing//a' } },
      askFor(1),
    );
    const waiting = await bench.run();
    const shown = await bench.store.planChanges(waiting.plan?.id ?? '', { limit: 10 });
    expect(shown.items.map(({ change }) => change.confidence)).toContain('deferred');
    await bench.approve(waiting);

    const run = await bench.finish(waiting.id);

    expect(run.phase.name).toBe('succeeded');
    expect(run.replans).toBeGreaterThan(1);
    expect(bench.cloud.get(b)?.link).toBe(bench.cloud.get(a)?.serial);
  });

  it('what moved meanwhile is looked at again, not written over', async () => {
    const bench = await openBench(two);
    await bench.run();
    bench.write({ a: { ...two.a, spec: { size: 2 } }, b: { ...two.b, spec: { size: 2 } } });
    bench.cloud.slow(a);
    const id = await bench.queue();
    const supervising = bench.supervise(id);
    await phaseOf(bench, id, 'settling');
    bench.cloud.disturb(b, 'size', 9);
    bench.cloud.settle(a);
    const run = await supervising;

    expect(run.phase.name).toBe('succeeded');
    expect(run.counts.failed).toBe(0);
    expect(bench.cloud.attemptsOf(b)).toBe(2);
  });
});

describe('approvals', () => {
  const asked = askFor(2);

  it('are asked for, counted by members, and used up', async () => {
    const bench = await openBench(two, asked);
    const waiting = await bench.run();
    await bench.approve(waiting, 'grace');
    expect((await bench.finish(waiting.id)).phase.name).toBe('awaiting-approval');
    await bench.approve(waiting, 'grace');
    expect((await bench.finish(waiting.id)).phase.name).toBe('awaiting-approval');
    await bench.approve(waiting, 'edsger');

    expect((await bench.finish(waiting.id)).phase.name).toBe('succeeded');
    const states = (await bench.store.approvals({ run: waiting.id })).map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(['used']));
  });

  it('are waited for however often the process is restarted', async () => {
    const bench = await openBench(two, asked);
    const { id } = await bench.run();

    const phases = new Set<string>();
    for (let restarts = 0; restarts < 40; restarts += 1) {
      phases.add((await bench.finish(id)).phase.name);
    }

    expect([...phases]).toEqual(['awaiting-approval']);
  });

  it('of the author do not count', async () => {
    const bench = await openBench(two, askFor(1));
    const waiting = await bench.run();
    await bench.approve(waiting, 'ada');

    expect((await bench.finish(waiting.id)).phase.name).toBe('awaiting-approval');
  });

  it('cover what was shown: a plan that moved is held', async () => {
    const bench = await openBench(two, askFor(1));
    const first = await bench.run();
    await bench.approve(first);
    await bench.finish(first.id);
    bench.write({ a: { ...two.a, spec: { size: 2 } } });
    const waiting = await bench.run();
    await bench.approve(waiting);
    bench.cloud.disturb(a, 'size', 9);

    const held = await bench.finish(waiting.id);

    expect(held.phase).toMatchObject({ name: 'awaiting-approval' });
    expect(bench.cloud.get(a)?.spec).toEqual({ size: 9 });
  });

  it('are asked of a person before anything that exists is taken over', async () => {
    const bench = await openBench(two);
    bench.cloud.put(a, { size: 7 });
    const waiting = await bench.run();

    expect(waiting.phase).toMatchObject({ name: 'awaiting-approval' });
    expect(bench.cloud.effects).toEqual([]);
    await bench.approve(waiting);
    expect((await bench.finish(waiting.id)).phase.name).toBe('succeeded');
    expect(bench.cloud.get(a)?.spec).toEqual({ size: 1 });
  });
});

describe('guards', () => {
  it.each([
    ['an empty render', { a: undefined, b: undefined }],
    ['a render that shrank', { b: undefined, c: undefined, d: undefined, e: undefined }],
  ])('let %s delete nothing', async (_name, gone) => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const things = Object.fromEntries(names.map((name) => [name, { ...two.a, name }]));
    const bench = await openBench(things);
    await bench.run();
    bench.write(gone);

    const held = await bench.run();

    expect(held.phase).toMatchObject({ name: 'held', reason: 'guard' });
    expect(bench.cloud.ids()).toHaveLength(5);
    await bench.approve(held);
    expect((await bench.finish(held.id)).phase.name).toBe('succeeded');
    expect(bench.cloud.ids()).toHaveLength(5 - Object.keys(gone).length);
  });

  it('let a removal that Git asks for pass', async () => {
    const bench = await openBench(two);
    await bench.run();

    expect((await bench.run({ purpose: 'removal' })).phase.name).toBe('succeeded');
    expect(bench.cloud.ids()).toEqual([]);
    expect(await bench.store.stack('infra/shop')).toMatchObject({ standing: 'removed' });
  });

  it('do not forget what only the marks knew, also when there was nothing to do', async () => {
    const bench = await openBench(two);
    await bench.run();
    await bench.loseStore();
    await bench.begin();

    expect((await bench.run()).phase).toEqual({ name: 'succeeded', extent: 'nothing' });
    expect(await bench.store.inventory('infra/shop')).toEqual([a, b]);
    bench.write({ b: undefined });
    await bench.run();
    expect(bench.cloud.ids()).toEqual([a]);
  });

  it('withhold what is protected, whatever else is done', async () => {
    const bench = await openBench({ ...two, p: { kind: 'ProtectedThing', name: 'p', spec: {} } });
    await bench.run();
    bench.write({ p: undefined, a: { ...two.a, spec: { size: 2 } } });

    const run = await bench.run();

    expect(run.phase.name).toBe('succeeded');
    expect(bench.cloud.ids()).toHaveLength(3);
    expect(await bench.store.inventory('infra/shop')).toHaveLength(3);
    bench.rule = { ...bench.rule, guards: { ...bench.rule.guards, allowsProtected: () => true } };
    bench.rule = { ...bench.rule, guards: { ...bench.rule.guards, maxDeletionsPercent: 100 } };
    await bench.run();
    expect(bench.cloud.ids()).toHaveLength(2);
  });
});

describe('drift', () => {
  it.each([
    [false, 9, 'nothing'],
    [true, 1, 'all'],
  ])('is part of a run only where the rule heals: %s', async (healsDrift, size, extent) => {
    const bench = await openBench(two, { healsDrift });
    await bench.run();
    bench.cloud.disturb(a, 'size', 9);

    expect((await bench.run()).phase).toMatchObject({ extent });
    expect(bench.cloud.get(a)?.spec).toEqual({ size });
  });

  it('is healed without approval, and without deleting', async () => {
    const bench = await openBench(two);
    await bench.run();
    bench.rule = { ...bench.rule, ...askFor(2) };
    bench.cloud.disturb(a, 'size', 9);
    bench.write({ b: undefined });

    const run = await bench.run({ purpose: 'heal' });

    expect(run.phase.name).toBe('succeeded');
    expect(bench.cloud.effects.map(({ action }) => action)).toEqual(['create', 'create', 'update']);
  });
});

describe('hooks', () => {
  it('run once, and again only beside another change', async () => {
    const bench = await openBench({ ...two, hook: migration });
    await bench.run();
    await bench.run();
    expect(bench.cloud.effectsOf(hook)).toEqual(['execute']);

    bench.write({ a: { ...two.a, spec: { size: 2 } } });
    await bench.run();
    expect(bench.cloud.effectsOf(hook)).toEqual(['execute', 'execute']);
  });

  it.each([
    ['repeat', 2],
    ['done', 1],
  ] as const)('that may have run wait for a person, who says: %s', async (doubt, times) => {
    const bench = await openBench({ hook: migration });
    bench.cloud.inject(hook, 'in-doubt-done');
    const held = await bench.run();

    expect(held.phase).toMatchObject({ name: 'held', reason: 'in-doubt' });
    const request = { kind: 'resume', by: 'grace', doubt } as const;
    await bench.request({ kind: 'request', run: held.id, request });
    expect((await bench.finish(held.id)).phase.name).toBe('succeeded');
    expect(bench.cloud.effectsOf(hook)).toHaveLength(times);
  });
});

describe('a freeze', () => {
  it('binds at the moment of applying, and ends by itself', async () => {
    const end = Date.parse('2026-01-02T00:00:00Z');
    const bench = await openBench(two, { frozenUntil: (at) => (at < end ? end : undefined) });
    const waiting = await bench.supervise(await bench.queue());

    expect(waiting.phase).toMatchObject({ name: 'waiting', for: 'freeze' });
    expect(bench.cloud.effects).toEqual([]);
    expect((await bench.finish(waiting.id)).phase.name).toBe('succeeded');
  });
});

describe('a request', () => {
  it.each([
    [
      { kind: 'cancel', by: 'grace' },
      { name: 'cancelled', extent: 'part', by: 'grace' },
    ],
    [
      { kind: 'supersede', by: 'run-2' },
      { name: 'superseded', extent: 'part', by: 'run-2' },
    ],
  ] as const)('ends a run between two steps: %j', async (request, phase) => {
    const bench = await openBench(two);
    bench.cloud.slow(a);
    const id = await bench.queue();
    const supervising = bench.supervise(id);
    await phaseOf(bench, id, 'settling');
    await bench.request({ kind: 'request', run: id, request });

    expect((await supervising).phase).toEqual(phase);
    expect(bench.cloud.effectsOf(b)).toEqual([]);
  });
});

describe('a process that ends at any moment', () => {
  const things = { ...two, hook: { ...migration, wave: 1 } };

  it.each(['before', 'after'] as const)('%s any write loses and doubles nothing', async (place) => {
    const steps = await countCommits(things);
    for (let commit = 1; commit <= steps; commit += 1) {
      const bench = await openBench(things);
      const id = await bench.queue();
      bench.crashAt(commit, place);
      let run = await bench.finish(id);
      // Nobody can know whether a hook ran that the process had begun: a person says so.
      if (run.phase.name === 'held') {
        const doubt = bench.cloud.effectsOf(hook).length > 0 ? 'done' : 'repeat';
        await bench.request({
          kind: 'request',
          run: id,
          request: { kind: 'resume', by: 'grace', doubt },
        });
        run = await bench.finish(id);
      }

      expect(run.phase, `crash ${place} commit ${commit}`).toEqual({
        name: 'succeeded',
        extent: 'all',
      });
      expect(bench.cloud.effectsOf(a)).toEqual(['create']);
      expect(bench.cloud.effectsOf(b)).toEqual(['create']);
      expect(bench.cloud.effectsOf(hook)).toEqual(['execute']);
      expect(await bench.store.inventory('infra/shop')).toEqual([a, b]);
    }
  });

  it('asks for no second approval', async () => {
    for (let commit = 1; commit <= 8; commit += 1) {
      const bench = await openBench(two, askFor(1));
      const waiting = await bench.run();
      await bench.approve(waiting);
      bench.crashAt(commit, 'after');

      expect((await bench.finish(waiting.id)).phase.name).toBe('succeeded');
    }
  });

  it('aborts promptly, and is taken up again', async () => {
    const bench = await openBench(two);
    bench.cloud.inject(a, 'hang');
    const id = await bench.queue();
    const abort = new AbortController();
    const supervising = bench.supervise(id, abort.signal);
    const ended = expect(supervising).rejects.toThrow('stopping');
    await untilTried(bench, a);
    abort.abort(new Error('stopping'));
    await ended;

    expect((await bench.finish(id)).phase.name).toBe('succeeded');
  });
});

async function openBench(
  things: ConstructorParameters<typeof RunBench>[0]['things'],
  rule: ConstructorParameters<typeof RunBench>[0]['rule'] = {},
): Promise<RunBench> {
  const bench = new RunBench({ things, rule });
  await bench.begin();
  return bench;
}

async function countCommits(things: Parameters<typeof openBench>[0]): Promise<number> {
  const bench = await openBench(things);
  await bench.run();
  return bench.commits;
}

async function phaseOf(bench: RunBench, id: string, name: Phase['name']): Promise<Run> {
  for (let turns = 0; turns < 1000; turns += 1) {
    const run = await bench.store.run(id);
    if (run?.phase.name === name) return run;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`The run never was ${name}.`);
}

async function untilTried(bench: RunBench, id: ResourceId): Promise<void> {
  for (let turns = 0; turns < 1000; turns += 1) {
    if (bench.cloud.attemptsOf(id) > 0) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`${id}: nobody ever tried it.`);
}

function idOf(name: string): ResourceId {
  return formatResourceId({ kind: 'Thing', scope: '', name });
}
