import type { Change, Outcome } from '@trueup/provider-sdk';

import { carryOut, type WriteScene } from './carry-out.ts';

/** Images are large: more of them at once only share the same line. */
const sideBySide = 4;

/** Streams the outcomes of changes that are carried out side by side, each as soon as it is there. */
export async function* applyChanges(
  changes: readonly Change[],
  toScene: (emit: (outcome: Outcome) => void, signal: AbortSignal) => WriteScene,
  signal: AbortSignal,
): AsyncGenerator<Outcome, void, undefined> {
  signal.throwIfAborted();
  const left = new AbortController();
  const outcomes: Outcome[] = [];
  let wake = Promise.withResolvers<void>();
  const emit = (outcome: Outcome) => {
    outcomes.push(outcome);
    wake.resolve();
  };
  const scene = toScene(emit, AbortSignal.any([signal, left.signal]));
  const queue = changes.values();
  const worker = async () => {
    for (const change of queue) emit(await carryOut(change, scene));
  };
  let ended = false;
  const finished = Promise.all(Array.from({ length: sideBySide }, worker)).finally(() => {
    ended = true;
    wake.resolve();
  });
  // Its failure is met below, after what was reported before.
  finished.catch(() => undefined);
  try {
    while (!ended || outcomes.length > 0) {
      yield* outcomes.splice(0);
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
