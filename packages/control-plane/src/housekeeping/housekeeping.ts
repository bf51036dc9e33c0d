/**
 * Keeps what the server has on disk from growing for ever: sweeps old records out of the store, piece
 * by piece, beside everything else.
 *
 * H1. One small piece at a time, with a pause after each: whoever writes waits for one piece at most.
 * H2. What fails is told and tried again in the next round; a round that was broken off loses nothing.
 * H3. The audit chain is swept once a day at most, since every time leaves a line in it.
 */
import { setTimeout as delay } from 'node:timers/promises';

import { type Aging, agingKinds, type RetentionRules, type Store } from '@trueup/engine';

export interface HousekeepingPorts {
  readonly store: Pick<Store, 'sweep'>;
  readonly rules: RetentionRules;
  readonly now: () => number;
  /** Between 0 and 1: servers that start together do not sweep together. */
  readonly random: () => number;
  readonly onSwept: (kind: Aging, removed: number) => void;
  readonly onError: (error: unknown, subject: string) => void;
  /** Between two rounds. An hour if absent. */
  readonly roundMs?: number;
  /** Before the first one: a server that starts has other things to do. A minute if absent. */
  readonly calmMs?: number;
  /** After each piece. */
  readonly pauseMs?: number;
}

/** About ten milliseconds of the store's time. */
const pieceSize = 100;
const dayMs = 24 * 3600_000;

export class Housekeeping {
  readonly #ports: HousekeepingPorts;
  readonly #stopping = new AbortController();
  #working: Promise<void> = Promise.resolve();
  #auditedAt = Number.NEGATIVE_INFINITY;

  constructor(ports: HousekeepingPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#working = this.#work().catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) this.#ports.onError(error, 'housekeeping');
    });
  }

  /** Returns when no piece is under way any more. */
  async stop(reason: Error): Promise<void> {
    this.#stopping.abort(reason);
    await this.#working;
  }

  async #work(): Promise<void> {
    const { calmMs = 60_000, roundMs = 3600_000, random } = this.#ports;
    await this.#pause(calmMs * (1 + random()));
    for (;;) {
      for (const kind of agingKinds) await this.#sweep(kind);
      await this.#pause(roundMs * (0.9 + random() * 0.2));
    }
  }

  async #sweep(kind: Aging): Promise<void> {
    const { rules, now, onSwept, onError } = this.#ports;
    const keepMs = rules.keepMs[kind];
    if (keepMs === undefined || (kind === 'audit' && now() - this.#auditedAt < dayMs)) return;
    if (kind === 'audit') this.#auditedAt = now();
    try {
      const removed = await this.#sweepAll(kind, keepMs);
      if (removed > 0) onSwept(kind, removed);
    } catch (error) {
      this.#stopping.signal.throwIfAborted();
      onError(error, `housekeeping: ${kind}`);
    }
  }

  async #sweepAll(kind: Aging, keepMs: number): Promise<number> {
    const { store, rules, now, pauseMs = 50 } = this.#ports;
    const { runsPerStack } = rules;
    const [before, at] = [now() - keepMs, now()].map((ms) => new Date(ms).toISOString());
    const request = { kind, before: before ?? '', now: at ?? '', runsPerStack };
    // One piece of the chain is one line in it: few large ones.
    const limit = kind === 'audit' ? 1000 : pieceSize;
    let removed = 0;
    for (let after: string | undefined; ; ) {
      const piece = await store.sweep({ ...request, limit, ...(after !== undefined && { after }) });
      removed += piece.removed;
      after = piece.next;
      if (after === undefined) return removed;
      await this.#pause(pauseMs);
    }
  }

  /** Rejects when it is to stop. */
  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stopping.signal });
  }
}
