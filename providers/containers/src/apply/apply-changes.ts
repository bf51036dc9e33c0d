import type { Change, Outcome } from '@trueup/provider-sdk';

import { carryOut } from './carry-out.ts';
import type { WriteScene } from './write-scene.ts';

/**
 * Streams the outcomes of changes that are carried out side by side, each as soon as it is there.
 * Racing the promises of a large wave again after every one of them would take quadratic time.
 */
export async function* applyChanges(
  changes: readonly Change[],
  toScene: (emit: (outcome: Outcome) => void, signal: AbortSignal) => WriteScene,
  signal: AbortSignal,
): AsyncGenerator<Outcome, void, undefined> {
  signal.throwIfAborted();
  const left = new AbortController();
  const queue: Outcome[] = [];
  let wake = Promise.withResolvers<void>();
  const emit = (outcome: Outcome) => {
    queue.push(outcome);
    wake.resolve();
  };
  const scene = toScene(emit, AbortSignal.any([signal, left.signal]));
  let ended = false;
  const work = Promise.all(changes.map(async (change) => emit(await carryOut(change, scene))));
  const finished = work.finally(() => {
    ended = true;
    wake.resolve();
  });
  // Its failure is met below, after what was reported before.
  finished.catch(() => undefined);
  try {
    while (!ended || queue.length > 0) {
      yield* queue.splice(0);
      if (ended) continue;
      await wake.promise;
      wake = Promise.withResolvers<void>();
    }
    await finished;
  } finally {
    // A reader that goes away must not leave writes behind that nobody hears of.
    left.abort(new Error('Nobody reads the outcomes.'));
    await Promise.allSettled([finished]);
  }
}
