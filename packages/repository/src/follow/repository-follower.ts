/**
 * Keeps looking at a branch: by schedule, when somebody hints that something was pushed, and after
 * failures with growing pauses.
 *
 * W1. One check at a time. Hints that come meanwhile are answered by one more check.
 * W2. An outcome counts as known only after its receiver took it: what it rejects comes again.
 * W3. A flood of hints costs one check in `pauseMs` at most.
 * W4. Once stopped, nothing is called any more.
 */
import { StalledError } from '@trueup/diagnostics';
import type { Revision } from '@trueup/engine';

import { type BranchOutcome, lookAtBranch } from '../history/look-at-branch.ts';
import type { Mirror } from '../mirror/open-mirror.ts';

/** The time, passed in so that tests decide it. */
export interface FollowerClock {
  /** Milliseconds since any fixed moment. */
  now(): number;
  /** Calls once after so many milliseconds, unless the answer is called before. */
  after(ms: number, call: () => void): () => void;
}

export interface FollowerOptions {
  /** Fetches and compares with what is known, see {@link checkBranch}. */
  readonly check: (known: Revision | undefined, signal: AbortSignal) => Promise<BranchOutcome>;
  /** From an earlier life. Absent when nothing is known. */
  readonly known?: Revision;
  readonly intervalMs: number;
  readonly clock: FollowerClock;
  /** Between 0 and 1: followers of one server spread their checks. */
  readonly random: () => number;
  /** Told of every check, also when nothing changed. The next check waits for it. */
  readonly onOutcome: (outcome: BranchOutcome, signal: AbortSignal) => Promise<void>;
  /** Told of every check that failed, and of the pause before the next one. */
  readonly onFailure: (error: unknown, retryInMs: number) => void;
}

/**
 * - `stopped`: at the beginning and at the end; owns nothing.
 * - `waiting`: for its timer or a hint.
 * - `checking`: until the outcome was taken. `hinted`: once more, right after it.
 */
type Phase =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'waiting'; readonly cancel: () => void; readonly pausedSince: number }
  | {
      readonly kind: 'checking';
      readonly controller: AbortController;
      readonly done: Promise<void>;
      hinted: boolean;
    };

/** Between two checks, whatever hints come: half of what nobody notices. */
const pauseMs = 100;

const firstRetryMs = 1000;
const longestRetryMs = 300_000;

export class RepositoryFollower implements AsyncDisposable {
  readonly #options: FollowerOptions;
  #known: Revision | undefined;
  #failures = 0;
  #phase: Phase = { kind: 'stopped' };

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#known = options.known;
  }

  /** Begins with a check. Harmless when it follows already. */
  start(): void {
    if (this.#phase.kind === 'stopped') this.#wait(0);
  }

  /** Something may have been pushed. Harmless at any time and any number of times. */
  hint(): void {
    const phase = this.#phase;
    if (phase.kind === 'checking') phase.hinted = true;
    if (phase.kind !== 'waiting') return;
    phase.cancel();
    const since = this.#options.clock.now() - phase.pausedSince;
    this.#wait(Math.max(0, pauseMs - since), phase.pausedSince);
  }

  /** Stops for good, and waits until the check that goes on has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    const phase = this.#phase;
    this.#phase = { kind: 'stopped' };
    if (phase.kind === 'waiting') phase.cancel();
    if (phase.kind === 'checking') {
      phase.controller.abort(new Error('The repository is no longer followed.'));
      await phase.done;
    }
  }

  #wait(ms: number, pausedSince: number = this.#options.clock.now()): void {
    const cancel = this.#options.clock.after(ms, () => this.#check());
    this.#phase = { kind: 'waiting', cancel, pausedSince };
  }

  #check(): void {
    const controller = new AbortController();
    // Later, so that the phase is right whatever the check calls at once.
    const done = Promise.resolve().then(() => this.#checkOnce(controller.signal));
    this.#phase = { kind: 'checking', controller, done, hinted: false };
  }

  async #checkOnce(signal: AbortSignal): Promise<void> {
    const nextMs = await this.#report(signal);
    // Stopped meanwhile.
    if (this.#phase.kind !== 'checking') return;
    this.#wait(this.#phase.hinted ? pauseMs : nextMs);
  }

  /** The pause until the next check. */
  async #report(signal: AbortSignal): Promise<number> {
    const { check, onOutcome, onFailure, intervalMs, random } = this.#options;
    try {
      const outcome = await check(this.#known, signal);
      signal.throwIfAborted();
      await onOutcome(outcome, signal);
      this.#known = 'revision' in outcome ? outcome.revision : undefined;
      this.#failures = 0;
      return intervalMs * (0.9 + 0.2 * random());
    } catch (error) {
      this.#failures += 1;
      const retryInMs = retryMs(error, this.#failures, this.#options);
      if (!signal.aborted) onFailure(error, retryInMs);
      return retryInMs;
    }
  }
}

/** What only a person can mend is looked at by schedule: the person may sit at the other end. */
function retryMs(error: unknown, failures: number, options: FollowerOptions): number {
  const { intervalMs, random } = options;
  if (error instanceof StalledError) return intervalMs * (0.9 + 0.2 * random());
  const longest = Math.max(intervalMs, longestRetryMs);
  const bound = Math.min(firstRetryMs * 2 ** Math.min(failures - 1, 30), longest);
  return bound * (0.5 + 0.5 * random());
}

/** Fetches, then compares: what {@link RepositoryFollower} does in each check of a mirror. */
export async function checkBranch(
  mirror: Mirror,
  branch: string,
  known: Revision | undefined,
  signal: AbortSignal,
): Promise<BranchOutcome> {
  await mirror.fetch(signal);
  return await lookAtBranch(mirror, branch, known, signal);
}
