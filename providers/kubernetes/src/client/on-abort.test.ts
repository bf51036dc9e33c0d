import { expect, it } from 'vitest';

import { onAbort } from './on-abort.ts';

it('tells all who still wait, once', () => {
  const stop = new AbortController();
  const told: string[] = [];
  onAbort(stop.signal, () => told.push('a'));
  const forget = onAbort(stop.signal, () => told.push('b'));
  onAbort(stop.signal, () => told.push('c'));
  forget();

  stop.abort();
  stop.abort();

  expect(told).toEqual(['a', 'c']);
});
