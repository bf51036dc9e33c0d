import { type AlertRecord, type AlertRoute, keepRoutes, type Write } from '@trueup/engine';
import { MemoryStore, sampleRepository } from '@trueup/engine/testing';
import { Turns } from '@trueup/repository';
import { describe, expect, it } from 'vitest';

import { AlertRouter } from './alert-router.ts';
import { AlertRoutes } from './alert-routes.ts';

const route: AlertRoute = {
  name: 'ops',
  to: { kind: 'slack', url: { secret: 'ops' } },
  on: ['drift:*'],
  stacks: ['*'],
};
const nowMs = Date.parse('2026-01-02T03:04:05Z');
const { id, name } = sampleRepository();

class RouterBench {
  readonly store: MemoryStore = new MemoryStore();
  readonly records: AlertRecord[] = [];
  readonly router: AlertRouter;
  readonly routes: AlertRoutes;
  #ids = 0;

  constructor() {
    const onError = (error: unknown): never => {
      throw error;
    };
    this.routes = new AlertRoutes({ store: this.store, readHead: async () => [], onError });
    this.router = new AlertRouter({
      store: this.store,
      routes: this.routes,
      turns: new Turns(),
      nowMs: () => nowMs,
      newId: () => {
        this.#ids += 1;
        return `id-${this.#ids}`;
      },
      settleMs: 0,
      inFlight: () => new Set(),
      pending: () => new Map(),
      onRecords: (records) => this.records.push(...records),
      onError,
    });
  }

  async ask(routes: readonly AlertRoute[] = [route]): Promise<void> {
    await this.write([{ kind: 'repository', record: sampleRepository() }, keepRoutes(id, routes)]);
  }

  async drift(resource: string, agoMs = 0): Promise<void> {
    const at = new Date(nowMs - agoMs).toISOString();
    const body = { resource, action: 'update' };
    const place = { repository: name, stack: 'infra/shop' };
    await this.write([{ kind: 'event', event: { at, type: 'drift:opened', ...place, body } }]);
  }

  async write(writes: readonly Write[]): Promise<void> {
    await this.store.commit(writes);
    this.routes.noteWrites(writes);
    this.router.notify();
    for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
  }

  async begin(): Promise<void> {
    await this.router.begin();
    for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
  }

  get told(): readonly string[] {
    const newest = new Map(this.records.map((record) => [record.id, record]));
    return [...newest.values()].flatMap(({ message }) => message.items);
  }
}

const hourMs = 3600_000;

describe('the router', () => {
  it('reads nothing before it has begun', async () => {
    const bench = new RouterBench();
    await bench.ask();
    await bench.drift('old', 2 * hourMs);
    await bench.drift('new');
    expect(bench.records).toEqual([]);

    await bench.begin();

    // It was there when nobody had asked yet, and only a part of that is news.
    expect(bench.told).toEqual(['new, update']);
  });

  it('goes on where the one before stopped, however long that is ago', async () => {
    const bench = new RouterBench();
    await bench.ask();
    await bench.begin();
    await bench.drift('first', 3 * hourMs);
    await bench.router.stop(new Error('stopping'));
    await bench.drift('second', 2 * hourMs);

    const next = new RouterBench();
    const { items } = await bench.store.events({ limit: 10 });
    const place = await bench.store.setting('alerts-place');
    await next.store.commit([
      { kind: 'repository', record: sampleRepository() },
      keepRoutes(id, [route]),
      ...items.map(({ sequence: _, ...event }) => ({ kind: 'event', event }) as const),
      { kind: 'setting', name: 'alerts-place', value: place ?? '' },
    ]);
    await next.begin();

    expect(bench.told).toEqual(['first, update']);
    expect(next.told).toEqual(['second, update']);
  });

  it('writes nothing while nobody asks, and begins with what comes after somebody does', async () => {
    const bench = new RouterBench();
    await bench.ask([]);
    await bench.begin();
    await bench.drift('before');
    const place = await bench.store.setting('alerts-place');

    await bench.ask();
    await bench.drift('after');

    expect(place).toBeUndefined();
    expect(bench.told).toEqual(['after, update']);
  });

  it('tells nobody of a repository that is not registered any more', async () => {
    const bench = new RouterBench();
    await bench.ask();
    await bench.begin();
    await bench.write([{ kind: 'repository-removed', id }]);

    await bench.drift('gone');

    expect(bench.told).toEqual([]);
  });
});
