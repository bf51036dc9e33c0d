import { describe, expect, it } from 'vitest';

import { createIds } from './create-ids.ts';

describe('ids', () => {
  it('are unique and sorted by time, whatever the clock does', () => {
    const times = [5, 5, 5, 6, 4, 4, 7];
    const newId = createIds(() => times.shift() ?? 7);

    const ids = Array.from({ length: 8 }, newId);

    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(8);
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
  });
});
