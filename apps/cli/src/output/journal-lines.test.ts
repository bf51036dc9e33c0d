import { expect, it } from 'vitest';

import { journalLines } from './journal-lines.ts';

const at = '2026-01-02T03:04:05.678Z';
const id = 'copy/web-1/base%20%2F%20message%20of%20the%20day';

it('names resources as plans do', () => {
  const lines = journalLines([
    { number: 1, entry: { at, kind: 'begun', steps: [{ id, action: 'create' }] } },
    { number: 2, entry: { at, kind: 'ended', outcomes: [{ id, kind: 'done' }] } },
  ] as unknown as Parameters<typeof journalLines>[0]);
  expect(lines.map((line) => line.map(({ text }) => text).join(''))).toEqual([
    '03:04:05.678    begun     create copy web-1/base / message of the day',
    '03:04:05.678    done      copy web-1/base / message of the day',
  ]);
});
