import type { Change } from './change.ts';
import type { Outcome } from './outcome.ts';
import { PushQueue } from './push-queue.ts';

/**
 * Told once, before anything is carried out; answers what carries out one change. `emit` streams what is to be
 * told besides its end; `signal` aborts when nobody reads any more, as well.
 */
export type StartApplying = (
  emit: (outcome: Outcome) => void,
  signal: AbortSignal,
) => (change: Change) => Promise<Outcome>;

export interface SideBySideRules {
  readonly signal: AbortSignal;
  /** Changes that are carried out at the same time; the others wait. All of them if absent. */
  readonly mostAtOnce?: number;
}

/**
 * Streams the outcomes of changes that are carried out side by side, each as soon as it is there. Racing the
 * promises of a large wave again after every one of them would take quadratic time.
 *
 * A failure of what carries out a change ends the stream, after what was told before. In every case nothing is
 * under way any more once the stream has ended, also when its reader goes away.
 */
export async function* applySideBySide(
  changes: readonly Change[],
  start: StartApplying,
  { signal, mostAtOnce = changes.length }: SideBySideRules,
): AsyncGenerator<Outcome, void, undefined> {
  signal.throwIfAborted();
  const left = new AbortController();
  const told = new PushQueue<Outcome>();
  const emit = (outcome: Outcome): void => told.push(outcome);
  const carryOut = start(emit, AbortSignal.any([signal, left.signal]));
  const waiting = changes.values();
  const work = Array.from({ length: Math.min(mostAtOnce, changes.length) }, async () => {
    for (const change of waiting) {
      if (left.signal.aborted) return;
      emit(await carryOut(change));
    }
  });
  Promise.all(work).then(
    () => told.end(),
    (error: unknown) => told.fail(error),
  );
  try {
    yield* told;
  } finally {
    // A reader that goes away must not leave writes behind that nobody hears of.
    left.abort(new Error('Nobody reads the outcomes.'));
    await Promise.allSettled(work);
  }
}
