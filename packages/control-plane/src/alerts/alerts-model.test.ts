import { type AlertRoute, keepRoutes } from '@trueup/engine';
import { MemoryStore, sampleRepository } from '@trueup/engine/testing';
import { Turns } from '@trueup/repository';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { observeCommits } from '../events/observe-commits.ts';
import { type BenchStore, viewStore } from '../testing/bench-store.ts';
import { FakeOutbound } from '../testing/fake-outbound.ts';
import { Alerts } from './alerts.ts';

const hook = 'https://hooks.example.com/x';
const route: AlertRoute = {
  name: 'ops',
  to: { kind: 'slack', url: { secret: 'ops' } },
  on: ['drift:*'],
  stacks: ['*'],
};

beforeEach(() => {
  vi.useFakeTimers({
    now: Date.parse('2026-01-01T00:00:00Z'),
    toFake: ['setTimeout', 'clearTimeout', 'Date'],
  });
});

afterEach(() => {
  vi.useRealTimers();
});

/** One process after the other on one store, and a destination that is up, down or hangs. */
class Story {
  readonly memory: MemoryStore = new MemoryStore();
  readonly outside: FakeOutbound = new FakeOutbound();
  crashes = 0;
  emitted = new Map<string, number>();
  #ids = 0;
  #view: BenchStore | undefined;
  #alerts: Alerts | undefined;

  async begin(): Promise<void> {
    const record = sampleRepository();
    await this.memory.commit([{ kind: 'repository', record }, keepRoutes(record.id, [route])]);
    await this.start();
  }

  async start(): Promise<void> {
    const view = viewStore(this.memory, () => undefined);
    const store = observeCommits(view.store, (writes) => alerts.noteWrites(writes), Date.now);
    const alerts = new Alerts({
      store,
      turns: new Turns(),
      outbound: this.outside,
      readSecret: async () => hook,
      readHead: async () => [],
      now: Date.now,
      newId: () => {
        this.#ids += 1;
        return `id-${this.#ids}`;
      },
      random: () => 0.5,
      settleMs: 1000,
      onGivenUp: () => undefined,
      onError: () => undefined,
    });
    [this.#view, this.#alerts] = [view, alerts];
    this.#store = store;
    await alerts.begin();
    await settle();
  }

  #store: MemoryStore | ReturnType<typeof observeCommits> = this.memory;

  /** Something happens, and is written with its event; also where nobody is there to tell of it. */
  async emit(resource: string): Promise<void> {
    const place = { repository: sampleRepository().name, stack: 'infra/shop' };
    const body = { resource, action: 'update' };
    const at = new Date().toISOString();
    const event = { at, type: 'drift:opened', ...place, body };
    const store = this.#view?.reachable ? this.#store : this.memory;
    await store.commit([{ kind: 'event', event }]);
    this.emitted.set(resource, (this.emitted.get(resource) ?? 0) + 1);
    await settle();
  }

  async crash(): Promise<void> {
    this.crashes += 1;
    this.#view?.cut();
    await this.#alerts?.stop(new Error('killed'));
    await settle();
    await this.start();
  }

  crashAfter(commits: number): void {
    this.#view?.cutAfter(commits);
  }

  async wait(ms: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(ms);
    await settle();
  }

  async end(): Promise<void> {
    this.outside.answer = () => ({ status: 200 });
    await this.crash();
    // The longest rest, and the window in which repeats are kept back, twice.
    for (let minute = 0; minute < 60; minute += 1) await this.wait(60_000);
    await this.#alerts?.stop(new Error('over'));
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 150; turn += 1) await Promise.resolve();
}

type Step =
  | { readonly kind: 'emit'; readonly resource: string }
  | { readonly kind: 'crash' }
  | { readonly kind: 'crash-after'; readonly commits: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'answer'; readonly answer: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('emit' as const), resource: fc.constantFrom('r-a', 'r-b', 'r-c') }),
  fc.record({ kind: fc.constant('crash' as const) }),
  fc.record({ kind: fc.constant('crash-after' as const), commits: fc.integer({ min: 1, max: 4 }) }),
  fc.record({
    kind: fc.constant('wait' as const),
    ms: fc.constantFrom(500, 2000, 60_000, 960_000),
  }),
  fc.record({ kind: fc.constant('answer' as const), answer: fc.constantFrom(200, 200, 503, 0) }),
);

async function play(steps: readonly Step[]): Promise<Story> {
  const story = new Story();
  await story.begin();
  for (const one of steps) {
    if (one.kind === 'emit') await story.emit(one.resource).catch(() => undefined);
    else if (one.kind === 'crash') await story.crash();
    else if (one.kind === 'crash-after') story.crashAfter(one.commits);
    else if (one.kind === 'wait') await story.wait(one.ms);
    else story.outside.answer = () => (one.answer === 0 ? 'hang' : { status: one.answer });
  }
  await story.end();
  return story;
}

describe('whatever is killed when', () => {
  it('every piece of news is told, and no message twice but for the kill of a process', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const story = await play(steps);
        const taken = story.outside.posted.filter(({ status }) => status === 200);
        const records = (await story.memory.alerts({}, { limit: 1000 })).items;

        for (const resource of story.emitted.keys()) {
          expect(taken.some(({ body }) => body.includes(resource))).toBe(true);
        }
        expect(records.every(({ state }) => state === 'sent')).toBe(true);
        expect(taken.length).toBeGreaterThanOrEqual(records.length);
        expect(taken.length).toBeLessThanOrEqual(records.length + story.crashes);
        const told = records.reduce(
          (sum, { message, repeats }) => sum + message.count + repeats,
          0,
        );
        const emitted = [...story.emitted.values()].reduce((sum, count) => sum + count, 0);
        expect(told).toBe(emitted);
      }),
      { seed: 5, numRuns: 60 },
    );
  }, 30_000);
});
