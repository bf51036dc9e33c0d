import { defaultRetention, type SweepRequest, type Swept } from '@trueup/engine';
import { MemoryStore, sampleRun, sampleStack } from '@trueup/engine/testing';
import { describe, expect, it } from 'vitest';

import { Housekeeping, type HousekeepingPorts } from './housekeeping.ts';

const dayMs = 24 * 3600_000;
const now = Date.UTC(2026, 6, 1);

describe('housekeeping', () => {
  it('sweeps each kind by its own rule, piece by piece, and the audit chain not at all', async () => {
    const asked: SweepRequest[] = [];
    const told: string[] = [];
    const pieces = { run: [{ removed: 100, next: '100' }, { removed: 7 }] };
    await using house = open({
      store: { sweep: async (request) => take(asked, request, pieces) },
      onSwept: (kind, removed) => told.push(`${kind} ${removed}`),
    });

    await house.until(() => asked.at(-1)?.kind === 'alert');

    expect(
      asked.map(({ kind, after }) => `${kind}${after === undefined ? '' : ` after ${after}`}`),
    ).toEqual([
      'event',
      'run',
      'run after 100',
      'journal',
      'plan',
      'rollout',
      'change-set',
      'drift',
      'alert',
    ]);
    expect(asked[0]).toMatchObject({ before: iso(now - 30 * dayMs), now: iso(now), limit: 100 });
    expect(asked[1]).toMatchObject({ before: iso(now - 365 * dayMs), runsPerStack: 20 });
    expect(told).toEqual(['run 107']);
  });

  it('goes on with the other kinds, and with the next round, when one fails', async () => {
    const asked: SweepRequest[] = [];
    const errors: string[] = [];
    await using house = open({
      store: {
        sweep: async (request) => {
          asked.push(request);
          if (request.kind === 'run') throw new Error('the disk is full');
          return { removed: 0 };
        },
      },
      onError: (_error, subject) => errors.push(subject),
    });

    await house.until(() => asked.filter(({ kind }) => kind === 'drift').length >= 2);

    expect(new Set(errors)).toEqual(new Set(['housekeeping: run']));
  });

  it('sweeps the audit chain once a day at most', async () => {
    const asked: SweepRequest[] = [];
    let nowMs = now;
    await using house = open({
      rules: { ...defaultRetention, keepMs: { ...defaultRetention.keepMs, audit: 400 * dayMs } },
      store: { sweep: async (request) => take(asked, request, {}) },
      now: () => nowMs,
    });
    const audits = () => asked.filter(({ kind }) => kind === 'audit');

    await house.until(() => asked.filter(({ kind }) => kind === 'drift').length >= 4);
    expect(audits()).toHaveLength(1);
    nowMs += dayMs;
    await house.until(() => audits().length >= 2);

    expect(audits()[0]).toMatchObject({ before: iso(now - 400 * dayMs), limit: 1000 });
  });

  it('stops in the middle of a round', async () => {
    const asked: SweepRequest[] = [];
    const house = new Housekeeping({
      ...calm,
      pauseMs: 3600_000,
      store: {
        sweep: async (request) => take(asked, request, { event: [{ removed: 1, next: '1' }] }),
      },
    });
    house.start();
    while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));

    await house.stop(new Error('stopping'));

    expect(asked).toHaveLength(1);
  });

  it('leaves blame, history and rollback what they need', async () => {
    const store = new MemoryStore();
    const old = iso(now - 5000 * dayMs);
    const ended = { createdAt: old, updatedAt: old, phase: { name: 'succeeded', extent: 'all' } };
    const applied = { revision: 'a', run: 'run-0', at: old, targetIdentity: 'c' };
    const render = { revision: 'a', paths: {}, inputs: {}, settings: '' };
    await store.commit([
      {
        kind: 'stack',
        record: sampleStack('shop', { applied: { ...applied, render, desired: {} } }),
      },
      ...Array.from({ length: 30 }, (_, index) => ({
        kind: 'run' as const,
        run: sampleRun(`run-${index}`, ended as object),
      })),
    ]);
    const swept: string[] = [];
    await using house = open({
      store,
      onSwept: (kind, removed) => swept.push(`${kind} ${removed}`),
    });

    await house.until(() => swept.length > 0);

    const left = (await store.runs({ stack: 'infra/shop' }, { limit: 100 })).items;
    expect(left).toHaveLength(21);
    expect(left.map(({ id }) => id)).toContain('run-0');
  });
});

const calm: HousekeepingPorts = {
  store: { sweep: async () => ({ removed: 0 }) },
  rules: defaultRetention,
  now: () => now,
  random: () => 0.5,
  onSwept: () => undefined,
  onError: (error) => {
    throw error;
  },
  calmMs: 0,
  roundMs: 1,
  pauseMs: 0,
};

function open(ports: Partial<HousekeepingPorts>) {
  const house = new Housekeeping({ ...calm, ...ports });
  house.start();
  return {
    async until(isMet: () => boolean): Promise<void> {
      for (let turns = 0; turns < 5000; turns += 1) {
        if (isMet()) return;
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      throw new Error('It never came to that.');
    },
    [Symbol.asyncDispose]: () => house.stop(new Error('stopping')),
  };
}

/** Answers with the next piece that the test has for this kind. */
async function take(
  asked: SweepRequest[],
  request: SweepRequest,
  pieces: Readonly<Record<string, Swept[]>>,
): Promise<Swept> {
  asked.push(request);
  return pieces[request.kind]?.shift() ?? { removed: 0 };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
