/**
 * Gives out what a running job tells as it is told, and then its answer. The job was aborted by its own signal when it
 * rejects; whoever stops reading early waits for its end.
 */
export async function* streamOf<T, R>(
  start: (emit: (one: T) => void) => Promise<R>,
): AsyncGenerator<T, R, undefined> {
  const told: T[] = [];
  let wake: () => void = () => undefined;
  let ended = false;
  const running = start((one) => {
    told.push(one);
    wake();
  }).finally(() => {
    ended = true;
    wake();
  });
  // Its failure is thrown by the await below, which comes later.
  running.catch(() => undefined);
  try {
    for (;;) {
      while (told.length > 0) {
        const next = told.shift();
        if (next !== undefined) yield next;
      }
      if (ended) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (told.length > 0 || ended) resolve();
      });
    }
  } finally {
    await running.catch(() => undefined);
  }
  return await running;
}
