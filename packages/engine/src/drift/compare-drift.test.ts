import { type Change, formatResourceId } from '@trueup/provider-sdk';
import { describe, expect, it } from 'vitest';

import { compareDrift } from './compare-drift.ts';
import type { DriftItem } from './drift-item.ts';

describe('compareDrift', () => {
  it('opens one item for each resource that drifted', () => {
    expect(look([], [step('a', 1), step('b', 1)]).map(print)).toEqual(['open a', 'open b']);
  });

  it('leaves an item alone while the same differs', () => {
    const [item] = look([], [step('a', 1)]);

    expect(look([item as DriftItem], [{ ...step('a', 1), version: '9' }])).toEqual([]);
  });

  it('changes an item with what is observed, and keeps its age', () => {
    const [item] = look([], [step('a', 1)]);
    const [changed] = look([item as DriftItem], [step('a', 2)], '2026-01-02T00:00:00Z');

    expect(changed).toMatchObject({ id: item?.id, openedAt: item?.openedAt, state: 'open' });
    expect(changed?.changedAt).toBe('2026-01-02T00:00:00Z');
  });

  it.each([
    ['by itself', 'a', {}, 'returned'],
    ['by a run', 'a', { state: 'healing' }, 'healed'],
    ['since nobody desires it any more', 'z', {}, 'gone'],
  ])('closes what is no drift any more %s', (_name, resource, rest, closedBy) => {
    const [item] = look([], [step(resource, 1)]);

    expect(look([{ ...item, ...rest } as DriftItem], [])).toMatchObject([
      { state: 'closed', closedBy },
    ]);
  });
});

let ids = 0;

function look(
  known: readonly DriftItem[],
  steps: readonly Change[],
  at = '2026-01-01T00:00:00Z',
): readonly DriftItem[] {
  const desired = new Set([step('a', 1).id, step('b', 1).id]);
  const newId = (): string => {
    ids += 1;
    return `${ids}`;
  };
  return compareDrift({ stack: 's', known, steps, desired, at, newId });
}

function step(name: string, after: number): Change {
  const id = formatResourceId({ kind: 'Thing', scope: '', name });
  const fields = [{ path: ['replicas'], before: 9, after, sensitive: false }];
  const order = { position: { wave: 0, rank: 0 }, dependsOn: [] };
  return { id, action: 'update', fields, confidence: 'certain', hazards: [], ...order };
}

function print({ state, resource }: DriftItem): string {
  return `${state} ${resource.replace('Thing//', '')}`;
}
