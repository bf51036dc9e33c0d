import { StalledError, TransientError } from '@trueup/diagnostics';
import {
  type AlertDestination,
  type AlertRecord,
  keepRoutes,
  type RepositoryRecord,
} from '@trueup/engine';
import { MemoryStore, sampleAlert, sampleRepository } from '@trueup/engine/testing';
import { Turns } from '@trueup/repository';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { AlertCourier } from './alert-courier.ts';
import { AlertRoutes } from './alert-routes.ts';
import { BusyError } from './destinations/post-message.ts';

const startMs = Date.parse('2026-01-02T03:05:00Z');

beforeEach(() => {
  vi.useFakeTimers({ now: startMs, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

function slackTo(secret: string): AlertDestination {
  return { kind: 'slack', url: { secret } };
}

/** A courier on a store in memory, whose destinations do as a test says. */
class CourierBench {
  readonly store: MemoryStore = new MemoryStore();
  readonly sent: string[] = [];
  readonly givenUp: string[] = [];
  readonly errors: string[] = [];
  most = 0;
  #underWay = 0;
  behave: (place: string, id: string) => Promise<void> = async () => undefined;
  courier: AlertCourier;

  constructor(parallel?: number) {
    this.courier = this.#compose(parallel);
  }

  /** One record for each of these destinations. */
  async begin(places: readonly string[], change: Partial<AlertRecord> = {}): Promise<void> {
    const record: RepositoryRecord = sampleRepository();
    const routes = [...new Set(places)].map((place) => ({
      name: place,
      to: slackTo(place),
      on: ['run:*'],
      stacks: ['*'],
    }));
    const alerts = places.map((place, index) =>
      sampleAlert(`${place}-${index}`, {
        name: place,
        to: slackTo(place),
        repository: record.name,
        keys: [`${place}-${index}`],
        ...change,
      }),
    );
    await this.store.commit([
      { kind: 'repository', record },
      keepRoutes(record.id, routes),
      ...alerts.map((alert) => ({ kind: 'alert', alert }) as const),
    ]);
    await this.courier.begin();
  }

  /** The process ends without a farewell, and another one begins. */
  async restart(): Promise<void> {
    await this.courier.stop(new Error('stopping'));
    this.courier = this.#compose();
    await this.courier.begin();
  }

  async states(): Promise<readonly string[]> {
    const { items } = await this.store.alerts({}, { limit: 100 });
    return items.map(({ id, state, attempts }) => `${id} ${state} ${attempts}`).toReversed();
  }

  #compose(parallel?: number): AlertCourier {
    const onError = (error: unknown): void => void this.errors.push(String(error));
    const readHead = async () => [];
    return new AlertCourier({
      store: this.store,
      routes: new AlertRoutes({ store: this.store, readHead, onError }),
      turns: new Turns(),
      nowMs: Date.now,
      random: () => 0.5,
      send: (alert, to, signal) => this.#send(alert.id, to, signal),
      onGivenUp: ({ id }) => this.givenUp.push(id),
      onError,
      ...(parallel !== undefined && { parallel }),
    });
  }

  async #send(id: string, to: AlertDestination, signal: AbortSignal): Promise<string> {
    this.#underWay += 1;
    this.most = Math.max(this.most, this.#underWay);
    try {
      const place = to.kind === 'slack' ? to.url.secret : '';
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      await Promise.race([this.behave(place, id), promise]);
      this.sent.push(id);
      return 'answered 200';
    } finally {
      this.#underWay -= 1;
    }
  }
}

/** Lets everything go on that does not wait for time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
}

const forever = new Promise<void>(() => undefined);

describe('the courier', () => {
  it('sends in order, and one at a time to each destination', async () => {
    const bench = new CourierBench();

    await bench.begin(['a', 'a', 'a']);
    await settle();

    expect(bench.sent).toEqual(['a-0', 'a-1', 'a-2']);
    expect(bench.most).toBe(1);
    expect(bench.courier.figures).toEqual({ waiting: 0, sent: 3, failed: 0 });
  });

  it('lets a destination that hangs hold up no other', async () => {
    const bench = new CourierBench();
    bench.behave = (place) => (place === 'hangs' ? forever : Promise.resolve());

    await bench.begin(['hangs', 'hangs', 'a', 'b', 'a']);
    await settle();

    expect(bench.sent.toSorted()).toEqual(['a-2', 'a-4', 'b-3']);
    await bench.courier.stop(new Error('stopping'));
    expect(await bench.states()).toContain('hangs-0 pending 0');
  });

  it('sends so many at once, and no more', async () => {
    const bench = new CourierBench(2);
    const gates = new Map<string, () => void>();
    bench.behave = (_place, id) => new Promise((resolve) => gates.set(id, resolve));

    await bench.begin(['a', 'b', 'c', 'd']);
    await settle();
    expect([...gates.keys()]).toEqual(['a-0', 'b-1']);
    gates.get('a-0')?.();
    await settle();

    expect([...gates.keys()]).toEqual(['a-0', 'b-1', 'c-2']);
    expect(bench.most).toBe(2);
    await bench.courier.stop(new Error('stopping'));
  });

  it('leaves a destination that fails alone for a while, which doubles', async () => {
    const bench = new CourierBench();
    const asked: number[] = [];
    bench.behave = async () => {
      asked.push(Math.round((Date.now() - startMs) / 1000));
      throw new TransientError('ALERT_UNAVAILABLE', 'no');
    };

    await bench.begin(['a', 'a']);
    for (let second = 0; second < 60; second += 1) {
      await settle();
      await vi.advanceTimersByTimeAsync(1000);
    }

    // Neither the second message nor a second attempt of the first comes before the rest is over.
    expect(asked).toEqual([0, 5, 15, 35]);
    await bench.courier.stop(new Error('stopping'));
  });

  it('waits for as long as it is asked to', async () => {
    const bench = new CourierBench();
    let busy = true;
    bench.behave = async () => {
      if (busy) throw new BusyError('busy', 'host', 120_000);
    };
    await bench.begin(['a', 'a']);
    await settle();
    busy = false;

    await vi.advanceTimersByTimeAsync(119_000);
    await settle();
    expect(bench.sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(2000);
    await settle();

    expect(bench.sent.toSorted()).toEqual(['a-0', 'a-1']);
  });

  it('gives up at once where trying again cannot work, and goes on with the next', async () => {
    const bench = new CourierBench();
    bench.behave = async (_place, id) => {
      if (id === 'a-0') throw new StalledError('ALERT_REFUSED', 'no such hook');
    };

    await bench.begin(['a', 'a']);
    await settle();

    expect(await bench.states()).toEqual(['a-0 failed 1', 'a-1 sent 1']);
    expect(bench.givenUp).toEqual(['a-0']);
  });

  it('goes on after a restart with what was not marked as sent', async () => {
    const bench = new CourierBench();
    bench.behave = () => forever;
    await bench.begin(['a', 'b']);
    await settle();

    bench.behave = async () => undefined;
    await bench.restart();
    await settle();

    expect(bench.sent.toSorted()).toEqual(['a-0', 'b-1']);
    expect(await bench.states()).toEqual(['a-0 sent 1', 'b-1 sent 1']);
  });

  it('sends once more, with the same id, what it could not mark as sent', async () => {
    const bench = new CourierBench();
    const { store } = bench;
    const commit = store.commit.bind(store);
    bench.behave = async () => {
      store.commit = async () => {
        throw new TransientError('STORE_BUSY', 'the disk is full');
      };
    };
    await bench.begin(['a']);
    await settle();
    store.commit = commit;
    bench.behave = async () => undefined;

    await vi.advanceTimersByTimeAsync(6000);
    await settle();

    expect(bench.sent).toEqual(['a-0', 'a-0']);
    expect(await bench.states()).toEqual(['a-0 sent 1']);
    expect(bench.errors).toHaveLength(1);
  });

  it('sends nothing that the followed head does not ask for any more', async () => {
    const bench = new CourierBench();
    const nextAt = new Date(startMs + 5000).toISOString();
    await bench.begin(['a'], { nextAt });
    const withdrawn = keepRoutes(sampleRepository().id, []);
    await bench.store.commit([withdrawn]);

    await vi.advanceTimersByTimeAsync(6000);
    await settle();

    expect(bench.sent).toEqual([]);
    expect(await bench.states()).toEqual(['a-0 failed 1']);
  });

  it('follows an alert that was pointed elsewhere under its own name', async () => {
    const bench = new CourierBench();
    const places: string[] = [];
    bench.behave = async (place) => void places.push(place);
    await bench.begin(['a'], { to: slackTo('former') });
    await settle();

    expect(places).toEqual(['a']);
    const [record] = (await bench.store.alerts({}, { limit: 1 })).items;
    expect(record?.to).toEqual(slackTo('a'));
  });
});
