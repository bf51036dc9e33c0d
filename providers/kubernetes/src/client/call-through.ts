import type { Dispatcher } from 'undici';

import type { Call, Calls, Exchanged } from './exchange.ts';
import { onAbort } from './on-abort.ts';

/** Calls by a library's connections, which also go through proxies. */
export function callThrough(dispatcher: Dispatcher, origin: string): Calls {
  return {
    call: (call, signal) => exchange(dispatcher, toDispatch(call, origin), signal),
    close: () => dispatcher.close(),
    destroy: () => dispatcher.destroy(),
  };
}

/** As the library wants it. */
export function toDispatch(
  { method, path, headers, body }: Call,
  origin: string,
): Dispatcher.DispatchOptions {
  const entries = Object.entries(headers).map(
    ([name, value]) => [name, typeof value === 'string' ? value : [...value]] as const,
  );
  return { origin, method, path, headers: Object.fromEntries(entries), body: body ?? null };
}

/**
 * Sends one request and reads the whole answer. Without a stream in between, which costs more than
 * all the rest of a short answer.
 */
function exchange(
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
  const forget = onAbort(signal, giveUp);
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
      forget();
      const [only] = chunks;
      const body = chunks.length === 1 && only ? only : Buffer.concat(chunks);
      resolve({ ...head, text: body.toString('utf8') });
    },
    onResponseError(_controller, error) {
      forget();
      reject(error);
    },
  });
  return promise;
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('The request was given up.');
}
