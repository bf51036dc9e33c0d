import type { Dispatcher } from 'undici';

export interface Exchanged {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

/**
 * Sends one request and reads the whole answer. Without a stream in between, which costs more than
 * all the rest of a short answer.
 *
 * Rejects with the signal's reason at once when that aborts.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<Exchanged> {
  if (signal.aborted) return Promise.reject(toError(signal.reason));
  const { promise, resolve, reject } = Promise.withResolvers<Exchanged>();
  const chunks: Buffer[] = [];
  let head: Omit<Exchanged, 'text'> = { status: 0, headers: {} };
  let begun: Dispatcher.DispatchController | undefined;
  const giveUp = (): void => {
    const reason = toError(signal.reason);
    reject(reason);
    begun?.abort(reason);
  };
  signal.addEventListener('abort', giveUp, { once: true });
  dispatcher.dispatch(request, {
    onRequestStart(controller) {
      begun = controller;
      if (signal.aborted) giveUp();
    },
    onResponseStart(_controller, status, headers) {
      // Of 1xx no body follows, but the answer itself.
      if (status >= 200) head = { status, headers };
    },
    onResponseData(_controller, chunk) {
      chunks.push(chunk);
    },
    onResponseEnd() {
      signal.removeEventListener('abort', giveUp);
      const [only] = chunks;
      const body = chunks.length === 1 && only ? only : Buffer.concat(chunks);
      resolve({ ...head, text: body.toString('utf8') });
    },
    onResponseError(_controller, error) {
      signal.removeEventListener('abort', giveUp);
      reject(error);
    },
  });
  return promise;
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('The request was given up.');
}
