import type { AdoptionRecord, DriftItem } from '@trueup/engine';
import { describe, expect, it } from 'vitest';

import { dueAt, isTouched, ownProposal, proposable } from './proposal-state.ts';

const patience = { stableMs: 60_000, restMs: 600_000 };

function item(id: string, minute: number, state: DriftItem['state'] = 'open'): DriftItem {
  const changedAt = atMinute(minute);
  return { id, state, changedAt, openedAt: changedAt } as DriftItem;
}

function record(items: readonly string[], minute: number, rest: Partial<AdoptionRecord> = {}) {
  const place = { mergeRequest: 1, branch: 'b', revision: 'r', digest: 'd', files: [] };
  return { ...place, items, by: 'trueup', at: atMinute(minute), ...rest };
}

function atMinute(minute: number): string {
  return new Date(minute * 60_000).toISOString();
}

describe('when drift is proposed', () => {
  it.each([
    ['once all of it has stood still', [item('a', 0), item('b', 5)], [], 6],
    ['not soon after the last time', [item('a', 0), item('b', 5)], [record(['a'], 2)], 12],
    ['not soon after it became another one', [item('a', 5)], [record(['a'], 2)], 12],
    ['whenever, where all of it was proposed', [item('a', 0)], [record(['a'], 2)], 1],
    ['whatever people propose', [item('a', 5)], [record(['a'], 4, { by: 'member:ada' })], 6],
  ])('%s', (_name, items, known, minute) => {
    expect(dueAt(items, known, patience)).toBe(minute * 60_000);
  });
});

describe('what a rule proposes', () => {
  it('is what is open, and what nobody proposes themselves', () => {
    const items = [item('a', 0), item('b', 0), item('c', 0, 'healing')];
    const known = [record(['a'], 0), record(['b'], 0, { by: 'member:ada' })];

    expect(proposable(items, known).map(({ id }) => id)).toEqual(['a']);
  });

  it('goes on in the one that nobody closed', () => {
    const [own, closed] = [record(['a'], 0), record(['a'], 1, { declined: true })];

    expect(ownProposal([own, closed, record([], 2, { by: 'member:ada' })])).toBe(own);
    expect(ownProposal([closed])).toBeUndefined();
  });

  it('is left to people once they pushed, said or judged something', () => {
    const self = { id: '1', login: 'trueup' };
    const ann = { id: '2', login: 'ann' };
    const request = { source: { repository: 'r', branch: 'b', commit: 'r' } };
    const seen = { request, comments: [{ author: self }], reviews: [], selfId: '1' };
    const moved = { source: { ...request.source, commit: 'x' } };

    expect(isTouched(record([], 0), seen)).toBe(false);
    expect(isTouched(record([], 0), { ...seen, request: moved })).toBe(true);
    expect(isTouched(record([], 0), { ...seen, comments: [{ author: ann }] })).toBe(true);
    expect(isTouched(record([], 0), { ...seen, reviews: [{ author: ann }] })).toBe(true);
  });
});
