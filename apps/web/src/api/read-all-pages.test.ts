import { expect, it } from 'vitest';

import { readAllPages } from './read-all-pages.ts';

const pages = new Map([
  ['', { items: [1, 2], next: 'b' }],
  ['b', { items: [], next: 'c' }],
  ['c', { items: [3] }],
]);

it('reads on behind empty pages', async () => {
  const read = await readAllPages(async ({ after = '' }) => pages.get(after) ?? { items: [] }, 100);

  expect(read).toEqual({ items: [1, 2, 3], cut: false });
});

it('stops where there is too much, and says so', async () => {
  const read = await readAllPages(async () => ({ items: [1], next: 'again' }), 3);

  expect(read).toEqual({ items: [1, 1, 1], cut: true });
});
