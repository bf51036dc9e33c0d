import { StalledError, TransientError } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import type { BranchOutcome } from '../history/look-at-branch.ts';
import { type FollowerOptions, RepositoryFollower } from './repository-follower.ts';

const [one, two] = ['1'.repeat(40), '2'.repeat(40)] as const;

describe('RepositoryFollower', () => {
  it('checks at once, then by its interval with jitter', async () => {
    const world = new World({ random: () => 1 });

    world.follower.start();
    world.follower.start();
    await world.advance(0);
    expect(world.checks).toEqual([0]);

    await world.advance(10_999);
    expect(world.checks).toEqual([0]);
    await world.advance(1);
    expect(world.checks).toEqual([0, 11_000]);
  });

  it('goes on from what it was told', async () => {
    const world = new World({ known: one });

    world.answers.push({ kind: 'advanced', from: one, revision: two });
    world.follower.start();
    await world.advance(15_000);

    expect(world.known).toEqual([one, two]);
    expect(world.outcomes[0]).toMatchObject({ kind: 'advanced' });
  });

  it('checks soon after a hint, and once for many', async () => {
    const world = new World();
    world.follower.start();
    await world.advance(5000);

    for (let count = 0; count < 50; count += 1) world.follower.hint();
    await world.advance(0);

    expect(world.checks).toEqual([0, 5000]);
  });

  it('answers a hint during a check by one more', async () => {
    const world = new World();
    const gate = Promise.withResolvers<BranchOutcome>();
    world.answers.push(gate.promise);
    world.follower.start();
    await world.advance(500);

    world.follower.hint();
    world.follower.hint();
    gate.resolve({ kind: 'unborn' });
    await world.advance(100);

    expect(world.checks).toEqual([0, 600]);
  });

  it('is not driven by a flood of hints', async () => {
    const world = new World();
    world.follower.start();
    await world.advance(0);

    for (let ms = 0; ms < 1000; ms += 10) {
      world.follower.hint();
      await world.advance(10);
    }

    expect(world.checks.length).toBeLessThanOrEqual(11);
    expect(world.checks.length).toBeGreaterThanOrEqual(9);
  });

  it('backs off while the server is away, and recovers', async () => {
    const away = new TransientError('X', 'x');
    const world = new World({ intervalMs: 60_000, random: () => 1 });
    world.answers.push(away, away, away, { kind: 'first', revision: one });

    world.follower.start();
    await world.advance(100_000);

    expect(world.checks).toEqual([0, 1000, 3000, 7000, 73_000]);
    expect(world.failures).toEqual([
      [away, 1000],
      [away, 2000],
      [away, 4000],
    ]);
  });

  it('never waits longer than five minutes or its interval', async () => {
    const world = new World({ random: () => 1 });
    world.answers.push(...Array.from({ length: 40 }, () => new TransientError('X', 'x')));

    world.follower.start();
    await world.advance(20_000_000);

    expect(Math.max(...world.failures.map(([, ms]) => ms))).toBe(300_000);
  });

  it('looks by schedule at what a person has to mend', async () => {
    const world = new World();
    world.answers.push(new StalledError('X', 'x'), new StalledError('X', 'x'));

    world.follower.start();
    await world.advance(25_000);

    expect(world.checks).toEqual([0, 10_000, 20_000]);
  });

  it('brings an outcome again that was not taken', async () => {
    const outcome = { kind: 'first', revision: one } as const;
    const world = new World({ refuse: 1 });
    world.answers.push(outcome, outcome);

    world.follower.start();
    await world.advance(15_000);

    expect(world.known.slice(0, 3)).toEqual([undefined, undefined, one]);
    expect(world.failures).toHaveLength(1);
  });

  it('calls nothing any more once stopped', async () => {
    const world = new World();
    const gate = Promise.withResolvers<BranchOutcome>();
    world.answers.push(gate.promise);
    world.follower.start();
    await world.advance(0);

    const stopped = world.follower[Symbol.asyncDispose]();
    world.follower.hint();
    gate.resolve({ kind: 'first', revision: one });
    await stopped;
    await world.advance(100_000);

    expect([world.outcomes, world.failures, world.checks]).toEqual([[], [], [0]]);
    expect(world.timers).toBe(0);
  });
});

type Answer = BranchOutcome | Error | Promise<BranchOutcome>;

/** A clock that stands until it is told to go, and a repository that answers as it is told. */
class World {
  readonly answers: Answer[] = [];
  readonly checks: number[] = [];
  readonly known: (string | undefined)[] = [];
  readonly outcomes: BranchOutcome[] = [];
  readonly failures: [unknown, number][] = [];
  readonly follower: RepositoryFollower;
  readonly #calls = new Map<object, { readonly at: number; readonly call: () => void }>();
  #now = 0;
  #refusals: number;

  constructor({ refuse = 0, ...options }: Partial<FollowerOptions> & { refuse?: number } = {}) {
    this.#refusals = refuse;
    this.follower = new RepositoryFollower({
      intervalMs: 10_000,
      random: () => 0.5,
      clock: { now: () => this.#now, after: (ms, call) => this.#after(ms, call) },
      check: async (known) => {
        this.checks.push(this.#now);
        this.known.push(known);
        const answer = await (this.answers.shift() ?? { kind: 'unborn' });
        if (answer instanceof Error) throw answer;
        return answer;
      },
      onOutcome: async (outcome) => {
        if (this.#refusals > 0) {
          this.#refusals -= 1;
          throw new Error('not taken');
        }
        this.outcomes.push(outcome);
      },
      onFailure: (error, retryInMs) => void this.failures.push([error, retryInMs]),
      ...options,
    });
  }

  get timers(): number {
    return this.#calls.size;
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const [key, next] =
        [...this.#calls].sort(([, a], [, b]) => a.at - b.at).find(([, { at }]) => at <= end) ?? [];
      if (!(key && next)) break;
      this.#calls.delete(key);
      this.#now = Math.max(this.#now, next.at);
      next.call();
    }
    this.#now = end;
  }

  #after(ms: number, call: () => void): () => void {
    const key = {};
    this.#calls.set(key, { at: this.#now + ms, call });
    return () => void this.#calls.delete(key);
  }
}
