/**
 * Keeps an eye on the stacks that nobody is changing. One look at a time for each stack, soon after
 * a hint of its watch, and at an interval all the same: hints may be missed.
 *
 * W1. A hint during a look leads to another look; many hints at once lead to one.
 * W2. A watch that breaks or ends is opened again, later each time, as is a look that failed; the
 *     interval goes on meanwhile.
 */
import { hash } from 'node:crypto';

import { formatJson, isJsonObject } from '@trueup/diagnostics';
import type { OpenStack } from '@trueup/engine';
import type { ResourceId } from '@trueup/provider-sdk';

import type { TargetSource } from '../lanes/stack-targets.ts';
import { TargetLanes } from '../lanes/target-lanes.ts';

export interface StackWatchOptions {
  /** Looks at the stack; answers what to watch, or `undefined` when there is nothing to watch now. */
  readonly look: (stack: string, signal: AbortSignal) => Promise<Watched | undefined>;
  /** Told of every hint, also of those that come while a run works on the stack. */
  readonly onHint: (stack: string) => void;
  readonly onError: (error: unknown, stack: string) => void;
  /** Hints that come in so short a time are one. Drift is to be seen within a second. */
  readonly settleMs: number;
  readonly intervalMs: number;
  /** How many looks are taken side by side. */
  readonly parallel: number;
  /** Where a stack goes: targets get their places fairly. */
  readonly targets: TargetSource;
  /** Between 0 and 1: what began together does not go on together. */
  readonly random: () => number;
}

export interface Watched {
  readonly open: OpenStack;
  readonly ids: readonly ResourceId[];
}

interface Eye {
  timer: NodeJS.Timeout | undefined;
  /** A hint has set the timer: another one must not put the look off. */
  hinted: boolean;
  /** While it waits for a place. */
  queued: boolean;
  looking: boolean;
  again: boolean;
  /** What is watched, as one text; another one needs another watch. */
  watched: string | undefined;
  stop: AbortController | undefined;
  /** Looks in a row that failed. */
  failures: number;
  /** Watches in a row that broke before they said anything. */
  breaks: number;
}

export class StackWatch {
  readonly #options: StackWatchOptions;
  readonly #eyes = new Map<string, Eye>();
  readonly #stopping = new AbortController();
  readonly #lanes: TargetLanes;
  readonly #work = new Set<Promise<void>>();

  constructor(options: StackWatchOptions) {
    this.#options = options;
    this.#lanes = new TargetLanes(options.parallel, () => options.targets.count());
  }

  /** Looks at the stack soon, and watches it from then on. */
  attend(stack: string): void {
    if (this.#stopping.signal.aborted) return;
    if (!this.#eyes.has(stack)) this.#eyes.set(stack, closedEye());
    this.#lookIn(stack, 0);
  }

  /** Follows what a run works on, before there is anything to look at. */
  follow(stack: string, watched: Watched): void {
    if (this.#stopping.signal.aborted) return;
    const eye = this.#eyes.get(stack) ?? closedEye();
    this.#eyes.set(stack, eye);
    this.#watch(stack, eye, watched);
  }

  ignore(stack: string): void {
    const eye = this.#eyes.get(stack);
    clearTimeout(eye?.timer);
    eye?.stop?.abort(new Error('no longer watched'));
    this.#eyes.delete(stack);
  }

  /** Those that are looked at, or followed. */
  attended(): readonly string[] {
    return [...this.#eyes.keys()];
  }

  async stop(reason: Error): Promise<void> {
    this.#stopping.abort(reason);
    for (const stack of [...this.#eyes.keys()]) this.ignore(stack);
    await Promise.allSettled(this.#work);
  }

  #lookIn(stack: string, delayMs: number): void {
    const eye = this.#eyes.get(stack);
    if (!eye) return;
    clearTimeout(eye.timer);
    eye.timer = setTimeout(() => {
      eye.hinted = false;
      if (eye.looking) eye.again = true;
      else if (!eye.queued) this.#track(this.#enter(stack, eye));
    }, delayMs);
  }

  #track(work: Promise<void>): void {
    const tracked: Promise<void> = work.finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
  }

  /** Never rejects. */
  async #enter(stack: string, eye: Eye): Promise<void> {
    eye.queued = true;
    const { signal } = this.#stopping;
    const target = this.#options.targets.of(stack);
    const place = await this.#lanes.enter(target, signal).catch(() => undefined);
    eye.queued = false;
    const isLeft = signal.aborted || this.#eyes.get(stack) !== eye;
    if (!place || isLeft) return place?.leave(true);
    await this.#look(stack, eye);
    place.leave(eye.failures === 0);
  }

  async #look(stack: string, eye: Eye): Promise<void> {
    eye.looking = true;
    eye.again = false;
    try {
      const watched = await this.#options.look(stack, this.#stopping.signal);
      eye.failures = 0;
      if (watched && this.#eyes.get(stack) === eye) this.#watch(stack, eye, watched);
    } catch (error) {
      eye.failures += 1;
      if (!this.#stopping.signal.aborted) this.#options.onError(error, stack);
    } finally {
      eye.looking = false;
      this.#lookAgain(stack, eye);
    }
  }

  #lookAgain(stack: string, eye: Eye): void {
    if (this.#stopping.signal.aborted || this.#eyes.get(stack) !== eye) return;
    const { settleMs, intervalMs } = this.#options;
    const calm = eye.failures > 0 ? Math.min(laterMs(eye.failures), intervalMs) : intervalMs;
    this.#lookIn(stack, eye.again ? settleMs : this.#jitter(calm));
  }

  #jitter(ms: number): number {
    return ms * (0.75 + this.#options.random() / 2);
  }

  #watch(stack: string, eye: Eye, { open, ids }: Watched): void {
    const text = `${placeOf(open)}\n${[...ids].sort().join('\n')}`;
    if (eye.watched === text || !open.provider.watch) return;
    eye.stop?.abort(new Error('watches something else now'));
    const stop = new AbortController();
    eye.watched = text;
    eye.stop = stop;
    const signal = AbortSignal.any([stop.signal, this.#stopping.signal]);
    const reopen = (): void => {
      if (signal.aborted) return;
      eye.watched = undefined;
      eye.breaks += 1;
      this.#lookIn(stack, this.#jitter(laterMs(eye.breaks)));
    };
    this.#read(stack, { open, ids }, signal).then(reopen, (error: unknown) => {
      if (!signal.aborted) this.#options.onError(error, stack);
      reopen();
    });
  }

  async #read(stack: string, { open, ids }: Watched, signal: AbortSignal): Promise<void> {
    const hints = open.provider.watch?.(open.target, ids, { signal, seal: open.seal }) ?? [];
    for await (const _id of hints) {
      const eye = this.#eyes.get(stack);
      if (eye) eye.breaks = 0;
      this.#options.onHint(stack);
      this.#noteHint(stack);
    }
  }

  #noteHint(stack: string): void {
    const eye = this.#eyes.get(stack);
    if (!eye) return;
    if (eye.looking) eye.again = true;
    if (eye.looking || eye.hinted) return;
    eye.hinted = true;
    this.#lookIn(stack, this.#options.settleMs);
  }
}

/** A cluster that was made anew is reached otherwise under the same name. Only a hash is kept (P5). */
function placeOf({ target: { name, settings } }: OpenStack): string {
  return `${name} ${hash('sha256', isJsonObject(settings) ? formatJson(settings) : '')}`;
}

function closedEye(): Eye {
  return {
    timer: undefined,
    hinted: false,
    queued: false,
    looking: false,
    again: false,
    watched: undefined,
    stop: undefined,
    failures: 0,
    breaks: 0,
  };
}

/** A second at first, a minute at most. */
function laterMs(failures: number): number {
  return Math.min(1000 * 2 ** Math.min(failures - 1, 6), 60_000);
}
