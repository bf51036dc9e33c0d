import { expect, it } from 'vitest';

import { formatWriter } from './format-writer.ts';

it('says who wrote, and when where the target says it', () => {
  const nowMs = Date.parse('2026-01-01T00:03:00Z');

  expect(formatWriter({ name: 'kubectl', writtenAt: '2026-01-01T00:00:00Z' }, nowMs)).toBe(
    'kubectl, 3 min ago',
  );
  expect(formatWriter({ name: 'kubectl' }, nowMs)).toBe('kubectl');
});
