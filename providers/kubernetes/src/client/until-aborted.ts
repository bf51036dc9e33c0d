import { onAbort } from './on-abort.ts';

/** Waits for what belongs to others too: only the waiting ends when the signal aborts. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const forget = onAbort(signal, () => reject(signal.reason));
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    forget();
  }
}
