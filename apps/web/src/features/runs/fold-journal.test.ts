import type { JournalEntry, JournalLine } from '@trueup/api';
import { describe, expect, it } from 'vitest';

import { foldJournal, groupWaves } from './fold-journal.ts';

const at = (second: number): string => `2026-01-01T00:00:0${second}.000Z`;

function toLines(entries: readonly JournalEntry[]): readonly JournalLine[] {
  return entries.map((entry, index) => ({ run: 'r1', sequence: index + 1, entry }));
}

const begun = (second: number, wave: number, ...ids: readonly string[]): JournalEntry => ({
  kind: 'begun',
  at: at(second),
  wave,
  steps: ids.map((id) => ({ id, action: 'update', digest: 'd' })),
});

describe('the steps of a run', () => {
  it('end as the journal says, and stay begun where it says nothing', () => {
    const failure = { family: 'stalled', code: 'X_Y', message: 'field is immutable' } as const;
    const { steps } = foldJournal(
      toLines([
        begun(1, 0, 'a', 'b', 'c'),
        {
          kind: 'ended',
          at: at(2),
          outcomes: [
            { kind: 'done', id: 'a' },
            { kind: 'failed', id: 'b', failure },
          ],
        },
      ]),
    );

    expect(steps.map(({ id, state, message }) => [id, state, message])).toEqual([
      ['a', 'done', undefined],
      ['b', 'failed', 'field is immutable'],
      ['c', 'begun', undefined],
    ]);
  });

  it('go on by the newest that was said of them', () => {
    const progress = (message: string): JournalEntry => ({
      kind: 'ended',
      at: at(2),
      outcomes: [{ kind: 'progress', id: 'a', message }],
    });
    const { steps } = foldJournal(
      toLines([begun(1, 0, 'a'), progress('1 of 3'), progress('2 of 3')]),
    );

    expect(steps).toMatchObject([{ state: 'begun', message: '2 of 3' }]);
  });

  it('are one where they are tried again', () => {
    const { steps } = foldJournal(toLines([begun(1, 0, 'a'), begun(3, 0, 'a')]));

    expect(steps).toHaveLength(1);
  });

  it('show effects that no plan named, last', () => {
    const { steps } = foldJournal(
      toLines([
        { kind: 'ended', at: at(1), outcomes: [{ kind: 'unplanned', id: 'z', message: 'made' }] },
        begun(2, 1, 'b'),
        begun(3, 0, 'a'),
      ]),
    );

    expect(groupWaves(steps).map(({ wave }) => wave)).toEqual([0, 1, undefined]);
  });
});

it('tells how long each phase took, but the newest', () => {
  const { phases } = foldJournal(
    toLines([
      { kind: 'phase', at: at(1), phase: { name: 'queued' } },
      { kind: 'phase', at: at(3), phase: { name: 'planning' } },
    ]),
  );

  expect(phases.map(({ phase, untilMs }) => [phase.name, untilMs])).toEqual([
    ['queued', Date.parse(at(3))],
    ['planning', undefined],
  ]);
});
