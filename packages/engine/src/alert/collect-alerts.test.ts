import { describe, expect, it } from 'vitest';

import { noteFailure, noteSent } from './after-attempt.ts';
import { type AlertDestination, type AlertRoute, digestDestination } from './alert-destination.ts';
import type { AlertFact } from './alert-fact.ts';
import type { AlertRecord } from './alert-record.ts';
import { collectAlerts, keysOf, mostPending, suppressionMs } from './collect-alerts.ts';

const slack: AlertDestination = { kind: 'slack', url: { secret: 'ops' } };
const ntfy: AlertDestination = { kind: 'ntfy', url: 'https://ntfy.example.com/ops' };
const all: AlertRoute = { name: 'ops', to: slack, on: ['drift:*', 'run:failed'], stacks: ['*'] };

const drift: AlertFact = {
  event: 'drift:opened',
  at: '2026-01-01T00:00:00.000Z',
  repository: 'infra',
  stacks: ['infra/shop'],
  subject: 'infra/shop',
  about: 'drift:opened web',
  text: 'web, update',
  path: '/repositories/infra/stacks/shop',
};

describe('collectAlerts', () => {
  it('tells each destination once, by event and by stack', () => {
    const outbox = new Outbox([
      all,
      { ...all, on: ['drift:opened'] },
      { name: 'phone', to: ntfy, on: ['drift:opened'], stacks: ['*-production'] },
    ]);

    outbox.collect([drift, { ...drift, stacks: ['infra/web-production'], subject: 'infra/web' }]);
    outbox.collect([{ ...drift, event: 'health:failed', about: 'health' }]);

    expect(outbox.told()).toEqual([
      'ops infra/shop: drift',
      'ops infra/web: drift',
      'phone infra/web: drift',
    ]);
  });

  it('puts what comes together into one message, and says how many there are', () => {
    const outbox = new Outbox([all]);
    const facts = Array.from({ length: 30 }, (_, index) => ({
      ...drift,
      about: `drift:opened ${index}`,
      text: `web-${index}`,
    }));

    outbox.collect(facts.slice(0, 10));
    outbox.collect(facts.slice(10));

    const [record] = outbox.records;
    expect(outbox.records).toHaveLength(1);
    expect(record?.message).toMatchObject({ count: 30, again: false });
    expect(record?.message.items).toHaveLength(20);
  });

  it('does not add to a message that is being sent, or was tried', () => {
    const outbox = new Outbox([all]);
    outbox.collect([drift]);
    outbox.inFlight.add('1');

    outbox.collect([{ ...drift, about: 'drift:opened db' }]);

    expect(outbox.records.map(({ message }) => message.count)).toEqual([1, 1]);
    outbox.inFlight.clear();
    outbox.change('2', (record) => noteFailure(record, broken, { nowMs: 0, random: () => 0 }));
    outbox.collect([{ ...drift, about: 'drift:opened cache' }]);
    expect(outbox.records).toHaveLength(3);
  });

  it('counts the same while it waits, and sends it once', () => {
    const outbox = new Outbox([all]);

    outbox.collect([drift, drift]);
    outbox.collect([drift]);

    expect(outbox.records).toMatchObject([{ id: '1', repeats: 2, message: { count: 1 } }]);
  });

  it('tells once more at the end of the window what came again within it', () => {
    const outbox = new Outbox([all]);
    outbox.collect([drift]);
    outbox.change('1', (record) => noteSent(record, { nowMs: outbox.nowMs }));
    const sentMs = outbox.nowMs;

    outbox.nowMs += 1000;
    outbox.collect([drift]);
    outbox.collect([drift, { ...drift, about: 'drift:opened db' }]);

    expect(outbox.records).toMatchObject([
      { id: '1', state: 'sent', repeats: 0 },
      {
        id: '2',
        state: 'pending',
        repeats: 1,
        nextAt: new Date(sentMs + suppressionMs).toISOString(),
        message: { again: true, count: 1 },
      },
      // What is new does not wait for it.
      { id: '3', message: { again: false }, nextAt: new Date(outbox.nowMs).toISOString() },
    ]);
  });

  it('tells the same again once the window is over', () => {
    const outbox = new Outbox([all]);
    outbox.collect([drift]);
    outbox.change('1', (record) => noteSent(record, { nowMs: outbox.nowMs }));

    outbox.nowMs += suppressionMs;
    outbox.collect([drift]);

    expect(outbox.records).toMatchObject([{ repeats: 0 }, { message: { again: false } }]);
  });

  it('keeps what is too much for a destination where people see it', () => {
    const outbox = new Outbox([all, { ...all, name: 'phone', to: ntfy }]);
    for (let index = 0; index <= mostPending; index += 1) {
      outbox.collect([{ ...drift, subject: `infra/s${index}` }]);
    }

    const full = outbox.records.filter(({ state }) => state === 'failed');
    expect(full.map(({ name }) => name)).toEqual(['ops', 'phone']);
    expect(full[0]).toMatchObject({ failure: { code: 'ALERT_OUTBOX_FULL' } });
    expect(full[0]?.nextAt).toBeUndefined();
  });

  it('sends nothing for a repository that asks for nothing', () => {
    const outbox = new Outbox([all]);

    outbox.collect([{ ...drift, repository: 'other' }]);

    expect(outbox.records).toEqual([]);
  });
});

const broken = { family: 'transient', code: 'X', message: 'x' } as const;

/** Keeps records as a store does. */
class Outbox {
  readonly #routes: ReadonlyMap<string, readonly AlertRoute[]>;
  readonly #records = new Map<string, AlertRecord>();
  readonly #keys = new Map<string, string>();
  readonly inFlight = new Set<string>();
  #ids = 0;
  nowMs = Date.parse('2026-01-01T12:00:00Z');

  constructor(routes: readonly AlertRoute[]) {
    this.#routes = new Map([['infra', routes]]);
  }

  get records(): readonly AlertRecord[] {
    return [...this.#records.values()];
  }

  told(): readonly string[] {
    return this.records.map(({ name, message }) => `${name} ${message.title}`);
  }

  collect(facts: readonly AlertFact[]): void {
    const known = keysOf(facts, this.#routes).flatMap((key) => {
      const record = this.#records.get(this.#keys.get(key) ?? '');
      return record ? [[key, record] as const] : [];
    });
    const waiting = this.records.filter(({ state }) => state === 'pending');
    const records = collectAlerts({
      facts,
      routes: this.#routes,
      known: new Map(known),
      inFlight: this.inFlight,
      pending: countByDestination(waiting),
      nowMs: this.nowMs,
      settleMs: 0,
      newId: () => this.#newId(),
    });
    for (const record of records) this.#put(record);
  }

  change(id: string, change: (record: AlertRecord) => AlertRecord): void {
    const record = this.#records.get(id);
    if (record) this.#put(change(record));
  }

  #newId(): string {
    this.#ids += 1;
    return String(this.#ids);
  }

  #put(record: AlertRecord): void {
    this.#records.set(record.id, record);
    for (const key of record.keys) this.#keys.set(key, record.id);
  }
}

function countByDestination(records: readonly AlertRecord[]): ReadonlyMap<string, number> {
  const groups = Map.groupBy(records, ({ to }) => digestDestination(to));
  return new Map([...groups].map(([digest, { length }]) => [digest, length]));
}
