import type { Run, Store } from '@trueup/engine';

import type { HintHub } from '../runs/hint-hub.ts';

/**
 * Asks the run to cancel when `stop` aborts; `end` waits until that is written, or forgets it.
 *
 * `end` rejects when it could not be written; before `end`, nobody hears of that.
 */
export function cancelOnStop(
  { id }: Pick<Run, 'id'>,
  stop: AbortSignal,
  { store, hub }: { readonly store: Pick<Store, 'commit'>; readonly hub: HintHub },
): { end(): Promise<void> } {
  let written: Promise<void> = Promise.resolve();
  const cancel = (): void => {
    const request = { kind: 'cancel', by: 'stand-alone' } as const;
    written = store.commit([{ kind: 'request', run: id, request }]).then(() => hub.hint(id));
    // Else Node would end the process before anybody has come to `end`.
    written.catch(() => undefined);
  };
  if (stop.aborted) cancel();
  else stop.addEventListener('abort', cancel, { once: true });
  return {
    async end() {
      stop.removeEventListener('abort', cancel);
      await written;
    },
  };
}
