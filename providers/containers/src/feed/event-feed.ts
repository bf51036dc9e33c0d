/**
 * Follows the events of one engine: one stream for all who listen, open as long as somebody does. After it
 * was lost it is opened again, later each time; who listens is told of the gap, since what happened meanwhile is
 * not told again by every engine.
 */
import { type JsonObject, OperationError } from '@trueup/diagnostics';

import type { Clock } from '../client/clock.ts';
import type { EngineApi } from '../client/engine-api.ts';
import { EngineGoneError, EngineRefusalError } from '../containers-client.ts';
import type { KeptContainers } from './kept-containers.ts';

export interface FeedPorts {
  readonly clock: Clock;
  /** Below 1. */
  readonly random: () => number;
}

export interface FeedListener {
  /** Anything may have changed: the stream was lost, or is opened. */
  readonly onGap: () => void;
  readonly onEvent: (event: JsonObject) => void;
  /** A failure of ours. Nothing follows. */
  readonly onFailure: (error: unknown) => void;
}

const firstPauseMs = 200;
const longestPauseMs = 30_000;
/** Sooner than lists grow old. */
const renewEveryMs = 45_000;

interface Stream {
  readonly life: AbortController;
  readonly ended: Promise<void>;
}

export class EventFeed {
  readonly #api: EngineApi;
  readonly #kept: KeptContainers;
  readonly #ports: FeedPorts;
  readonly #listeners = new Set<FeedListener>();
  #stream: Stream | undefined;

  constructor(api: EngineApi, kept: KeptContainers, ports: FeedPorts) {
    this.#api = api;
    this.#kept = kept;
    this.#ports = ports;
  }

  /** Returns how to stop; that resolves when the stream has ended, if nobody else listens. */
  listen(listener: FeedListener): () => Promise<void> {
    this.#listeners.add(listener);
    if (this.#stream) listener.onGap();
    else this.#stream = this.#open();
    return async () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) await this.#close();
    };
  }

  #open(): Stream {
    const life = new AbortController();
    const ended = this.#follow(life.signal).catch((error: unknown) => {
      if (this.#stream?.life === life) this.#stream = undefined;
      for (const listener of [...this.#listeners]) listener.onFailure(error);
    });
    return { life, ended };
  }

  async #close(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    this.#kept.uncover();
    stream?.life.abort(new Error('Nobody listens.'));
    await stream?.ended;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#ports;
    let pauseMs = firstPauseMs;
    const soon = (): void => {
      pauseMs = firstPauseMs;
    };
    for (; !signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        await this.#followOnce(soon, signal);
      } catch (error) {
        if (signal.aborted) return;
        const known = [EngineGoneError, EngineRefusalError, OperationError];
        if (!known.some((one) => error instanceof one)) throw error;
      }
      this.#tellGap();
      // With jitter: many engines come back at once.
      await clock.sleep(pauseMs * (0.5 + random()), signal).catch(() => undefined);
    }
  }

  async #followOnce(onEvent: () => void, signal: AbortSignal): Promise<void> {
    // By the engine's own clock, else one that goes ahead of it would lose events.
    const now = (await this.#api.ping(signal)) ?? this.#ports.clock.now();
    // The begin lies a little back: between a look and the stream nothing gets lost.
    const since = Math.floor(now / 1000) - 1;
    this.#tellGap();
    const kept = this.#kept;
    const onAccepted = (): void => {
      // One that is no longer wanted covers nothing.
      if (!signal.aborted) kept.cover();
    };
    const renewing = setInterval(() => this.#renew(signal), renewEveryMs);
    renewing.unref();
    try {
      const onUnreadable = (): void => kept.dropAll();
      for await (const event of this.#api.events({ since, onAccepted, onUnreadable }, signal)) {
        onEvent();
        kept.note(event);
        for (const listener of this.#listeners) listener.onEvent(event);
      }
    } finally {
      clearInterval(renewing);
      // Another stream may cover it by now.
      if (!signal.aborted) kept.uncover();
    }
  }

  #renew(signal: AbortSignal): void {
    // Who looks next meets the failure.
    this.#kept.renew(() => this.#api.list(signal)).catch(() => undefined);
  }

  #tellGap(): void {
    for (const listener of this.#listeners) listener.onGap();
  }
}
