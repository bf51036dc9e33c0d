import { expect, it } from 'vitest';

import { formatDuration } from './format-age.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

it.each<[number, string]>([
  [-5000, '<invalid>'],
  [-500, '0s'],
  [0, '0s'],
  [119_000, '119s'],
  [120_000, '2m'],
  [2 * minute + 5000, '2m5s'],
  [10 * minute + 5000, '10m'],
  [179 * minute, '179m'],
  [3 * hour, '3h'],
  [3 * hour + 20 * minute, '3h20m'],
  [8 * hour + 20 * minute, '8h'],
  [47 * hour, '47h'],
  [2 * day + 3 * hour, '2d3h'],
  [8 * day + 3 * hour, '8d'],
  [729 * day, '729d'],
  [731 * day, '2y1d'],
  [3000 * day, '8y'],
])('%i ms are %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});
