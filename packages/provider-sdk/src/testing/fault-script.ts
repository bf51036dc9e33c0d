/** What goes wrong in a target in memory, and when. */
import { StalledError, TransientError, toFailure } from '@trueup/diagnostics';

import type { Outcome } from '../outcome.ts';
import type { ResourceId } from '../resource.ts';
import { untilAborted } from './until-aborted.ts';

/**
 * What happens to one attempt to apply one change.
 *
 * - `none`: nothing special.
 * - `transient`, `stalled`: it fails, without an effect.
 * - `in-doubt-done`, `in-doubt-lost`: no answer comes back; the effect happened, or did not.
 * - `stream-throws-done`, `stream-throws`: the whole stream throws a transient error, after the effect
 *   of this change or without it.
 * - `hang`: nothing happens until the call is aborted.
 * - `holdUntil`: the effect waits for the promise. `answerAfter`: the effect has happened, the answer
 *   waits. Both stop at an abort.
 * - `unplanned`: it is done, and the target did something else besides, which the provider reports.
 */
export type Fault =
  | 'none'
  | 'transient'
  | 'stalled'
  | 'in-doubt-done'
  | 'in-doubt-lost'
  | 'stream-throws'
  | 'stream-throws-done'
  | 'hang'
  | { readonly holdUntil: Promise<unknown> }
  | { readonly answerAfter: Promise<unknown> }
  | { readonly unplanned: string };

/** The faults of a target, by resource and attempt. */
export class FaultScript {
  readonly #faults = new Map<ResourceId, Fault[]>();
  readonly #attempts = new Map<ResourceId, number>();

  /** The next attempts on this resource meet these faults, one each. */
  inject(id: ResourceId, ...faults: readonly Fault[]): void {
    this.#faults.set(id, [...(this.#faults.get(id) ?? []), ...faults]);
  }

  /** How often somebody tried to apply a change of this resource, with or without an effect. */
  attemptsOf(id: ResourceId): number {
    return this.#attempts.get(id) ?? 0;
  }

  /** For the provider: the fault of this attempt. */
  begin(id: ResourceId): Fault {
    this.#attempts.set(id, this.attemptsOf(id) + 1);
    return this.#faults.get(id)?.shift() ?? 'none';
  }
}

/** The way to a target. */
export class Link {
  #down = false;
  #thaw: PromiseWithResolvers<void> | undefined;

  /** Every request fails with a transient error, until `comeBack`. */
  goDown(): void {
    this.#down = true;
  }

  comeBack(): void {
    this.#down = false;
  }

  /** Requests get no answer until `thaw`, or until they are aborted. */
  freeze(): void {
    this.#thaw = Promise.withResolvers();
  }

  thaw(): void {
    this.#thaw?.resolve();
    this.#thaw = undefined;
  }

  /** For the provider: a turn of the event loop, as a request would take at least. */
  async admit(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    if (this.#thaw) await untilAborted(this.#thaw.promise, signal);
    if (this.#down) throw unreachable();
  }
}

export function unreachable(): TransientError {
  return new TransientError('FIXTURE_UNREACHABLE', 'The target does not answer.');
}

export interface Attempt {
  readonly id: ResourceId;
  readonly signal: AbortSignal;
  /** Brings the effect about, and says how that ended. */
  readonly perform: () => Promise<Outcome>;
  readonly emit: (outcome: Outcome) => void;
}

/**
 * Plays one attempt with its fault. Rejects with an operation error where the change failed without an
 * effect, and with {@link StreamBreak} where the whole stream has to throw.
 */
export async function meetFault(fault: Fault, attempt: Attempt): Promise<Outcome> {
  const { id, signal, perform } = attempt;
  if (typeof fault === 'object') return meetLongFault(fault, attempt);
  switch (fault) {
    case 'transient':
      throw new TransientError('FIXTURE_BUSY', `${id}: the target is busy`, id);
    case 'stalled':
      throw new StalledError('FIXTURE_REFUSED', `${id}: the target refuses it`, id);
    case 'in-doubt-lost':
      return inDoubt(id);
    case 'in-doubt-done':
      await perform();
      return inDoubt(id);
    case 'stream-throws':
      throw new StreamBreak();
    case 'stream-throws-done':
      await perform();
      throw new StreamBreak();
    case 'hang':
      return untilAborted(new Promise<never>(() => undefined), signal);
    case 'none':
      return perform();
  }
}

/** Not an operation error, so that nobody takes it for the failure of one change. */
export class StreamBreak extends Error {
  override readonly name = 'StreamBreak';

  toTransient(): TransientError {
    return new TransientError('FIXTURE_STREAM_BROKEN', 'The target broke off its answers.');
  }
}

async function meetLongFault(
  fault: Exclude<Fault, string>,
  { id, signal, perform, emit }: Attempt,
): Promise<Outcome> {
  if ('holdUntil' in fault) await untilAborted(fault.holdUntil, signal);
  const outcome = await perform();
  if ('answerAfter' in fault) await untilAborted(fault.answerAfter, signal);
  if ('unplanned' in fault) emit({ kind: 'unplanned', id, message: fault.unplanned });
  return outcome;
}

function inDoubt(id: ResourceId): Outcome {
  const failure = toFailure(new TransientError('FIXTURE_NO_ANSWER', `${id}: no answer came`, id));
  return { kind: 'in-doubt', id, failure };
}
