/**
 * Decides what is sent about news.
 *
 * - N1. The same news to the same place within `suppressionMs` is counted, not sent. One message at the
 *   end of that time says that it came again, and how often: what stays bad is never kept silent.
 * - N2. News of one kind about one subject that comes together goes into one message.
 * - N3. No destination has more than `mostPending` messages waiting: what is more is kept as failed,
 *   where people see it.
 */
import { hash } from 'node:crypto';

import type { AlertRoute } from './alert-destination.ts';
import { alertEvents } from './alert-event.ts';
import type { AlertFact } from './alert-fact.ts';
import type { AlertMessage, AlertRecord } from './alert-record.ts';
import { type RoutedTo, routeFact } from './alert-route.ts';

/** How long the same news is kept back: what flaps is told a few times in an hour. */
export const suppressionMs: number = 15 * 60_000;

/** A destination that was down for a day has this much to catch up with. */
export const mostPending = 500;

/** Of a message; the number of the others is told. */
const mostItems = 20;
const mostStacks = 50;
/** Of a record; what comes then begins another one. */
const mostKeys = 1000;

export interface CollectRequest {
  readonly facts: readonly AlertFact[];
  /** By repository, as the followed branch's head has them. */
  readonly routes: ReadonlyMap<string, readonly AlertRoute[]>;
  /** The newest record of each key that one of the facts has; see {@link keysOf}. */
  readonly known: ReadonlyMap<string, AlertRecord>;
  /** Ids of those that are being sent: their message is written. */
  readonly inFlight: ReadonlySet<string>;
  /** How many wait for a destination, by its digest. */
  readonly pending: ReadonlyMap<string, number>;
  readonly nowMs: number;
  /** How long news is waited for that could go into the same message. */
  readonly settleMs: number;
  readonly newId: () => string;
}

/** The keys under which records have to be looked up before facts can be collected. */
export function keysOf(
  facts: readonly AlertFact[],
  routes: ReadonlyMap<string, readonly AlertRoute[]>,
): readonly string[] {
  const keys = facts.flatMap((fact) =>
    routesOf(fact, routes).flatMap((to) => [
      sameKey(fact, to),
      groupKey(fact, to, false),
      groupKey(fact, to, true),
    ]),
  );
  return [...new Set(keys)];
}

/** New and changed records, in the order in which they came to be. */
export function collectAlerts(request: CollectRequest): readonly AlertRecord[] {
  const book = new Book(request);
  for (const fact of request.facts) {
    for (const to of routesOf(fact, request.routes)) book.note(fact, to);
  }
  return book.changed();
}

function routesOf(
  fact: AlertFact,
  routes: ReadonlyMap<string, readonly AlertRoute[]>,
): readonly RoutedTo[] {
  return routeFact(fact, routes.get(fact.repository) ?? []);
}

/** The records as they become, fact by fact. */
class Book {
  readonly #request: CollectRequest;
  readonly #byKey: Map<string, AlertRecord>;
  readonly #changed = new Map<string, AlertRecord>();
  readonly #pending: Map<string, number>;

  constructor(request: CollectRequest) {
    this.#request = request;
    this.#byKey = new Map(request.known);
    this.#pending = new Map(request.pending);
  }

  note(fact: AlertFact, to: RoutedTo): void {
    this.#put(this.#recordOf(fact, to));
  }

  #recordOf(fact: AlertFact, to: RoutedTo): AlertRecord {
    const key = sameKey(fact, to);
    const same = this.#byKey.get(key);
    if (same?.state === 'pending') return this.#repeat(same);
    const untilMs = same ? Date.parse(same.sentAt ?? same.createdAt) + suppressionMs : 0;
    const again = untilMs > this.#request.nowMs;
    const group = groupKey(fact, to, again);
    const open = this.#byKey.get(group);
    if (open && this.#isOpen(open)) return extend(open, fact, key);
    const dueMs = again ? untilMs : this.#request.nowMs + this.#request.settleMs;
    return this.#begin(fact, to, { keys: [key, group], again, dueMs });
  }

  changed(): readonly AlertRecord[] {
    return [...this.#changed.values()];
  }

  /** N1 */
  #repeat(record: AlertRecord): AlertRecord {
    const at = this.#at();
    return { ...record, repeats: record.repeats + 1, repeatedAt: at, updatedAt: at };
  }

  /** N2: nobody has begun to send it. */
  #isOpen({ id, state, attempts, keys }: AlertRecord): boolean {
    const untouched = state === 'pending' && attempts === 0 && keys.length < mostKeys;
    return untouched && !this.#request.inFlight.has(id);
  }

  #begin(fact: AlertFact, { name, to, digest }: RoutedTo, begin: Begin): AlertRecord {
    const at = this.#at();
    const waiting = this.#pending.get(digest) ?? 0;
    const record: AlertRecord = {
      id: this.#request.newId(),
      repository: fact.repository,
      name,
      to,
      message: { ...describeFact(fact), again: begin.again },
      keys: begin.keys,
      createdAt: at,
      updatedAt: at,
      state: 'pending',
      attempts: 0,
      nextAt: new Date(begin.dueMs).toISOString(),
      repeats: 0,
    };
    if (waiting >= mostPending) return giveUpFull(record);
    this.#pending.set(digest, waiting + 1);
    return record;
  }

  #put(record: AlertRecord): void {
    this.#changed.set(record.id, record);
    for (const key of record.keys) this.#byKey.set(key, record);
  }

  #at(): string {
    return new Date(this.#request.nowMs).toISOString();
  }
}

interface Begin {
  readonly keys: readonly string[];
  readonly again: boolean;
  readonly dueMs: number;
}

/** N3 */
function giveUpFull({ nextAt: _, ...record }: AlertRecord): AlertRecord {
  const message = `${record.name}: not sent: ${mostPending} others wait for the same place already`;
  const failure = { family: 'stalled', code: 'ALERT_OUTBOX_FULL', message } as const;
  return { ...record, state: 'failed', failure };
}

function describeFact(fact: AlertFact): AlertMessage {
  const { event, repository, stacks, subject, text, at, path } = fact;
  const { title, tone } = alertEvents[event];
  return {
    event,
    tone,
    repository,
    stacks: stacks.slice(0, mostStacks),
    subject,
    title: `${subject}: ${title}`,
    items: text === '' ? [] : [text],
    count: 1,
    again: false,
    at,
    path,
  };
}

function extend(record: AlertRecord, { text, stacks }: AlertFact, key: string): AlertRecord {
  const { message } = record;
  const items = text === '' || message.items.length >= mostItems ? [] : [text];
  return {
    ...record,
    keys: [...record.keys, key],
    message: {
      ...message,
      items: [...message.items, ...items],
      count: message.count + 1,
      stacks: [...new Set([...message.stacks, ...stacks])].slice(0, mostStacks),
    },
  };
}

function sameKey({ repository, subject, about }: AlertFact, { digest }: RoutedTo): string {
  return keyOf(['same', digest, repository, subject, about]);
}

function groupKey(
  { repository, subject, event }: AlertFact,
  { digest }: RoutedTo,
  again: boolean,
): string {
  return keyOf([again ? 'again' : 'group', digest, repository, subject, event]);
}

function keyOf(parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts)).slice(0, 32);
}
