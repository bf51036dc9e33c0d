/** The way to a forge in memory, and what goes wrong on it. */
import { setImmediate as turn } from 'node:timers/promises';

import { StalledError, TransientError } from '@trueup/diagnostics';

import { RateLimitError } from '../rate-limit-error.ts';
import { translateStatus } from '../rest/translate-status.ts';
import { type FaultClock, untilAborted } from './fault-clock.ts';
import type { ForgeFailure, ForgeFaults } from './forge-fixture.ts';

const longestLimitMs = 30_000;
const patienceMs = 200;

export class MemoryLink implements ForgeFaults {
  requests = 0;
  writes = 0;
  /** Gives up on a forge that does not answer. */
  impatient = false;
  readonly #clock: FaultClock;
  #failure: ForgeFailure | undefined;
  #limitMs = 0;
  #losesAnswer = false;
  #frozen = false;

  constructor(clock: FaultClock) {
    this.#clock = clock;
  }

  readonly fail = (failure: ForgeFailure): void => {
    this.#failure = failure;
  };

  readonly recover = (): void => {
    this.#failure = undefined;
    this.#frozen = false;
  };

  readonly limit = (ms: number): void => {
    this.#limitMs = ms;
  };

  readonly loseAnswer = (): void => {
    this.#losesAnswer = true;
  };

  readonly freeze = (): void => {
    this.#frozen = true;
  };

  /** A look at the forge. `undefined` from `look` is what is not there. */
  async read<T>(path: string, signal: AbortSignal, look: () => T): Promise<T> {
    await this.#admit(path, signal);
    return look();
  }

  /** A change, which is counted as a write only when `isDue`. */
  async write<T>(path: string, signal: AbortSignal, change: () => T): Promise<T> {
    signal.throwIfAborted();
    await this.#admit(path, signal);
    this.writes += 1;
    const answer = change();
    if (!this.#losesAnswer) return answer;
    this.#losesAnswer = false;
    throw new TransientError('FORGE_UNAVAILABLE', `${path}: no answer`, path);
  }

  async #admit(path: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.requests += 1;
    await turn();
    signal.throwIfAborted();
    if (this.#frozen) await this.#starve(path, signal);
    await this.#obeyLimit(path, signal);
    if (this.#failure) throw failureOf(this.#failure, path);
  }

  async #starve(path: string, signal: AbortSignal): Promise<never> {
    const deadline = this.impatient ? AbortSignal.timeout(patienceMs) : signal;
    return await untilAborted(AbortSignal.any([signal, deadline])).catch((error: unknown) => {
      signal.throwIfAborted();
      if (!deadline.aborted) throw error;
      throw new TransientError('FORGE_UNAVAILABLE', `${path}: no answer in time`, path);
    });
  }

  async #obeyLimit(path: string, signal: AbortSignal): Promise<void> {
    const ms = this.#limitMs;
    this.#limitMs = 0;
    if (ms > longestLimitMs) {
      const retryAt = new Date(this.#clock.now() + ms).toISOString();
      throw new RateLimitError(`${path}: not before ${retryAt}`, retryAt, path);
    }
    if (ms > 0) await this.#clock.wait(ms, signal);
  }
}

function failureOf(failure: ForgeFailure, path: string): StalledError | TransientError {
  const statuses = { unauthorized: 401, forbidden: 403, 'not-found': 404, 'server-error': 500 };
  switch (failure) {
    case 'unauthorized':
    case 'forbidden':
    case 'not-found':
    case 'server-error':
      return translateStatus(statuses[failure], path) as StalledError;
    case 'connection-lost':
    case 'truncated':
      return new TransientError('FORGE_UNAVAILABLE', `${path}: the connection broke`, path);
    case 'garbage':
      return new TransientError('FORGE_ANSWER_BROKEN', `${path}: no JSON`, path);
    case 'wrong-shape':
      return new StalledError('FORGE_ANSWER_UNKNOWN', `${path}: another answer`, path);
  }
}
