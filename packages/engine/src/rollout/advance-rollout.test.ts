import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Run } from '../run/run.ts';
import {
  cancelRollout,
  createRollout,
  noteRuns,
  readyStacks,
  startStacks,
} from './advance-rollout.ts';
import type { Rollout } from './rollout.ts';

const at = '2026-01-01T00:00:00Z';

describe('a rollout', () => {
  it('starts what waits for nothing, and the rest in order', () => {
    const rollout = create({ a: [], b: ['a'], c: ['elsewhere'] });

    expect(readyStacks(rollout)).toEqual(['a', 'c']);
    expect(readyStacks(play(rollout, 'a succeeded'))).toEqual(['b', 'c']);
  });

  it.each([
    ['all', ['a succeeded', 'b succeeded'], 'succeeded'],
    ['some', ['a succeeded', 'b failed'], 'partly'],
    ['none', ['a failed', 'b failed'], 'failed'],
    ['one on its way', ['a succeeded'], 'running'],
    ['a cancelled one', ['a cancelled', 'b cancelled'], 'cancelled'],
  ])('that brought %s about is %s', (_name, ends, phase) => {
    expect(play(create({ a: [], b: [] }), ...ends).phase).toBe(phase);
  });

  it('skips what comes after a failure, at any distance, and nothing else', () => {
    const rollout = play(create({ a: [], b: ['a'], c: ['b'], d: [] }), 'a failed');

    expect(rollout.stacks['c']?.state).toEqual({ name: 'skipped', because: 'b' });
    expect(readyStacks(rollout)).toEqual(['d']);
  });

  it('is cancelled as far as it has not started', () => {
    const running = startStacks(create({ a: [], b: [] }), new Map([['a', 'run-a']]), at);

    const cancelled = cancelRollout(running, at);

    expect(cancelled.phase).toBe('running');
    expect(noteRuns(cancelled, [runOf('a', 'succeeded')], at).phase).toBe('partly');
  });

  it('is the same whether ends are taken up at once or one after the other', () => {
    const end = fc.constantFrom('succeeded', 'failed', 'cancelled', 'applying');
    fc.assert(
      fc.property(graph(), fc.array(end, { minLength: 8, maxLength: 8 }), (after, ends) => {
        const before = create(after);
        const ready = readyStacks(before);
        const begun = startStacks(before, new Map(ready.map((id) => [id, `run-${id}`])), at);
        const runs = ready.map((id, index) => runOf(id, ends[index % ends.length] ?? 'failed'));

        const together = noteRuns(begun, runs, at);
        const apart = runs.reduce((rollout, run) => noteRuns(rollout, [run], at), begun);

        expect(together.phase).toBe(apart.phase);
        expect(Object.keys(together.stacks)).toEqual(Object.keys(apart.stacks));
        for (const [id, { state }] of Object.entries(apart.stacks)) {
          expect(together.stacks[id]?.state.name).toBe(state.name);
        }
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  it('ends, however its runs end', () => {
    fc.assert(
      fc.property(
        graph(),
        fc.infiniteStream(fc.constantFrom('succeeded', 'failed')),
        (after, ends) => {
          let rollout = create(after);
          for (let ready = readyStacks(rollout); ready.length > 0; ready = readyStacks(rollout)) {
            for (const stack of ready) rollout = play(rollout, `${stack} ${ends.next().value}`);
          }

          expect(['succeeded', 'partly', 'failed']).toContain(rollout.phase);
        },
      ),
      { seed: 3, numRuns: 300 },
    );
  });
});

function create(stacks: Record<string, readonly string[]>): Rollout {
  const rest = { id: 'r', repository: 'infra', revision: 'f00', createdAt: at };
  return createRollout({ ...rest, stacks: new Map(Object.entries(stacks)) });
}

/** Starts and ends stacks: `a failed`. */
function play(rollout: Rollout, ...ends: readonly string[]): Rollout {
  return ends.reduce((before, text) => {
    const [stack = '', end = ''] = text.split(' ');
    const started = startStacks(before, new Map([[stack, `run-${stack}`]]), at);
    return noteRuns(started, [runOf(stack, end)], at);
  }, rollout);
}

function runOf(stack: string, name: string): Run {
  return { id: `run-${stack}`, stack, phase: { name } } as unknown as Run;
}

/** Each stack comes after some of those before it. */
function graph(): fc.Arbitrary<Record<string, readonly string[]>> {
  return fc
    .array(fc.uniqueArray(fc.nat(7), { maxLength: 3 }), { minLength: 1, maxLength: 8 })
    .map((rows) =>
      Object.fromEntries(
        rows.map((picks, index) => [
          `s${index}`,
          picks.filter((one) => one < index).map((one) => `s${one}`),
        ]),
      ),
    );
}
