export interface SideBySide {
  /** How many at a time. */
  readonly width: number;
  readonly signal: AbortSignal;
}

/** Answers in order. The first failure aborts the others, which have ended when it rejects. */
export async function mapSideBySide<T, R>(
  items: readonly T[],
  { width, signal }: SideBySide,
  work: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<readonly R[]> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const results = new Map<number, R>();
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) {
      either.throwIfAborted();
      results.set(index, await work(item, either));
    }
  };
  const workers = Array.from({ length: Math.min(width, items.length) }, () =>
    worker().catch((error: unknown) => failed.abort(error)),
  );
  await Promise.all(workers);
  signal.throwIfAborted();
  failed.signal.throwIfAborted();
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
