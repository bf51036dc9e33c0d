/**
 * Calls `giveUp` when the signal aborts, unless the function that this answers was called before.
 *
 * One listener serves all who wait with one signal: a run has a thousand requests with the same one,
 * and signals that are made of others take long to add and to remove each.
 */
export function onAbort(signal: AbortSignal, giveUp: () => void): () => void {
  const waiting = waitingWith.get(signal) ?? listen(signal);
  waiting.add(giveUp);
  return () => waiting.delete(giveUp);
}

type Waiting = Set<() => void>;

const waitingWith = new WeakMap<AbortSignal, Waiting>();

function listen(signal: AbortSignal): Waiting {
  const waiting: Waiting = new Set();
  waitingWith.set(signal, waiting);
  const tellAll = (): void => {
    for (const giveUp of waiting) giveUp();
    waiting.clear();
  };
  signal.addEventListener('abort', tellAll, { once: true });
  return waiting;
}
