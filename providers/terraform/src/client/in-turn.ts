/** One at a time for each name, in the order in which they came. */

const queues = new Map<string, Promise<unknown>>();

export async function inTurn<T>(
  name: string,
  signal: AbortSignal,
  run: () => Promise<T>,
): Promise<T> {
  const before = queues.get(name) ?? Promise.resolve();
  const turn = before.then(async () => {
    signal.throwIfAborted();
    return run();
  });
  const settled = turn.catch(() => undefined);
  queues.set(name, settled);
  try {
    return await untilAborted(turn, signal);
  } finally {
    if (queues.get(name) === settled) queues.delete(name);
  }
}

/** Whoever waits leaves the queue at once; what runs is stopped by the same signal. */
function untilAborted<T>(turn: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
    turn.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
