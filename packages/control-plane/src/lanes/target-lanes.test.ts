import { describe, expect, it } from 'vitest';

import { type Place, TargetLanes } from './target-lanes.ts';

const never = new AbortController().signal;

describe('lanes of targets', () => {
  it('let so many in at once, in the order in which they came', async () => {
    const bench = new Bench(2);
    bench.come('a', 'a1', 'a2', 'a3', 'a4');

    expect(await bench.inside()).toEqual(['a1', 'a2']);
    bench.leave('a1');
    expect(await bench.inside()).toEqual(['a2', 'a3']);
    bench.leave('a3');
    bench.leave('a3');
    expect(await bench.inside()).toEqual(['a2', 'a4']);
  });

  it('leave a place for other targets, however many wait for one', async () => {
    const bench = new Bench(8, 2);
    bench.come('dead', ...names('d', 20));

    expect(await bench.inside()).toHaveLength(6);
    bench.come('other', 'o1', 'o2', 'o3');
    expect((await bench.inside()).filter((name) => name.startsWith('o'))).toEqual(['o1', 'o2']);
  });

  it('give all places to the only target that there is', async () => {
    const bench = new Bench(8);
    bench.come('only', ...names('a', 20));

    expect(await bench.inside()).toHaveLength(8);
  });

  it('prefer the target with the least under way', async () => {
    const bench = new Bench(4);
    bench.come('a', 'a1', 'a2', 'a3', 'a4');
    bench.come('b', 'b1');
    bench.leave('a1');
    bench.leave('a2');

    expect(await bench.inside()).toContain('b1');
  });

  it('try a target that does not answer one at a time, until it does', async () => {
    const bench = new Bench(8, 2);
    bench.come('dead', ...names('d', 30));
    for (const name of ['d0', 'd1', 'd2', 'd3', 'd4', 'd5', 'd6', 'd7']) bench.leave(name, false);

    expect(dead(await bench.inside())).toHaveLength(1);
    const [probe = ''] = dead(await bench.inside());
    bench.leave(probe, false);
    expect(dead(await bench.inside())).toHaveLength(1);
    const [next = ''] = dead(await bench.inside());
    bench.leave(next, true);
    expect(dead(await bench.inside())).toHaveLength(6);
  });

  it('do not mind a single stack that fails among others', async () => {
    const bench = new Bench(2);
    bench.come('a', ...names('a', 20));
    const counts: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      const [bad = '', good = ''] = await bench.inside();
      bench.leave(bad, false);
      bench.leave(good, true);
      counts.push((await bench.inside()).length);
    }

    expect(counts).toEqual([2, 2, 2, 2, 2, 2]);
  });

  it('are released by the last who works on the target', async () => {
    const bench = new Bench(4, 2);
    bench.come('a', 'a1', 'a2');
    bench.come('dead', 'd1');
    await bench.inside();

    bench.leave('a1');
    expect(bench.lanes.size).toBe(2);
    bench.leave('a2');
    bench.leave('d1', false);

    // What failed is remembered, as long as there is that target.
    expect(bench.lanes.size).toBe(1);
    bench.come('dead', 'd2');
    await bench.inside();
    bench.leave('d2', true);
    expect(bench.lanes.size).toBe(0);
  });

  it('do not pile up for targets that are gone', async () => {
    const bench = new Bench(4, 1);
    for (const target of names('t', 20)) {
      bench.come(target, target);
      await bench.inside();
      bench.leave(target, false);
    }

    expect(bench.lanes.size).toBe(1);
  });

  it('forget who gives up', async () => {
    const bench = new Bench(1);
    bench.come('a', 'a1');
    const abort = new AbortController();
    const entering = bench.lanes.enter('a', abort.signal);
    abort.abort(new Error('stopping'));
    await expect(entering).rejects.toThrow('stopping');
    bench.come('a', 'a2');
    bench.leave('a1');

    expect(await bench.inside()).toEqual(['a2']);
    await expect(bench.lanes.enter('a', AbortSignal.abort(new Error('late')))).rejects.toThrow(
      'late',
    );
  });
});

class Bench {
  readonly lanes: TargetLanes;
  readonly #inside = new Map<string, Place>();

  constructor(places: number, targets = 1) {
    this.lanes = new TargetLanes(places, () => targets);
  }

  come(target: string, ...coming: readonly string[]): void {
    for (const name of coming) {
      void this.lanes.enter(target, never).then((place) => this.#inside.set(name, place));
    }
  }

  leave(name: string, reached = true): void {
    const place = this.#inside.get(name);
    this.#inside.delete(name);
    if (place) place.leave(reached);
    else setImmediate(() => this.leave(name, reached));
  }

  async inside(): Promise<readonly string[]> {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((done) => setImmediate(done));
    return [...this.#inside.keys()];
  }
}

function names(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

function dead(inside: readonly string[]): readonly string[] {
  return inside.filter((name) => name.startsWith('d'));
}
