import type { DriftItem, StackId, Store } from '@trueup/engine';

import { readAll } from '../paging/read-all.ts';

/** Every item of the stack that is not closed. */
export function openDrift(stack: StackId, store: Store): Promise<readonly DriftItem[]> {
  return readAll((page) => store.drift({ stack, open: true }, page));
}
