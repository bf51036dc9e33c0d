import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** Longer than a machine needs that is out of breath. */
const timeoutMs = 20_000;

/** Waits until a process says something. Rejects when it ends before, and when the signal aborts. */
export async function firstByte(
  child: ChildProcess,
  stream: Readable,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const limits = AbortSignal.any([signal, over.signal, AbortSignal.timeout(timeoutMs)]);
  try {
    await Promise.race([
      once(stream, 'data', { signal: limits }),
      once(child, 'exit', { signal: limits }).then(() => {
        throw new Error('It ended before it was ready.');
      }),
    ]);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    over.abort();
  }
}

/** Kills it, and returns once it is gone. */
export async function endOf(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
