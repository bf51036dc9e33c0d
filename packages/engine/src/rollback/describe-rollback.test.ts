import { formatResourceId, type RollbackStatement } from '@trueup/provider-sdk';
import { describe, expect, it } from 'vitest';

import type { JournalEntry } from '../run/journal.ts';
import { describeRollback } from './describe-rollback.ts';
import { madeSteps } from './made-steps.ts';

const idOf = (name: string, kind = 'Thing') => formatResourceId({ kind, scope: '', name });
const at = '2026-01-01T00:00:00Z';

describe('madeSteps', () => {
  it('counts what is done and what is in doubt, and nothing else', () => {
    const begun = (name: string, action: 'create' | 'none' | 'replace') => ({
      id: idOf(name),
      action,
      digest: 'sha256:1',
    });
    const entries = [
      {
        kind: 'begun',
        at,
        wave: 0,
        steps: [
          begun('done', 'create'),
          begun('failed', 'create'),
          begun('right', 'none'),
          begun('doubt', 'replace'),
          begun('open', 'create'),
        ],
      },
      {
        kind: 'ended',
        at,
        outcomes: [
          { kind: 'done', id: idOf('done') },
          { kind: 'done', id: idOf('right') },
          {
            kind: 'failed',
            id: idOf('failed'),
            failure: { family: 'stalled', code: 'A_B', message: 'no' },
          },
          { kind: 'in-doubt', id: idOf('doubt'), message: 'who knows' },
        ],
      },
    ] as unknown as readonly JournalEntry[];

    const steps = madeSteps(entries, [{ id: idOf('doubt'), hazards: ['destroys-data'] }]);

    expect(steps).toEqual([
      { id: idOf('done'), action: 'create', hazards: [] },
      { id: idOf('doubt'), action: 'replace', hazards: ['destroys-data'] },
      { id: idOf('open'), action: 'create', hazards: [] },
    ]);
  });
});

describe('describeRollback', () => {
  const statement: RollbackStatement = {
    restores: 'Things come back.',
    limits: [
      { says: 'Everything stays.' },
      { says: 'What ran stays.', concerns: { actions: ['execute'] } },
      { says: 'Data is gone.', concerns: { hazards: ['destroys-data'] } },
      { says: 'New volumes stay.', concerns: { actions: ['create'], kinds: ['Volume'] } },
    ],
  };

  it('says only what something that was done gives reason for, and names it', () => {
    const steps = [
      { id: idOf('b'), action: 'create', hazards: [] },
      { id: idOf('a', 'Volume'), action: 'replace', hazards: ['destroys-data', 'recreates'] },
      { id: idOf('b'), action: 'update', hazards: [] },
    ] as const;

    expect(describeRollback(steps, statement)).toEqual({
      count: 2,
      restores: 'Things come back.',
      leaves: [
        { says: 'Everything stays.', resources: [idOf('b'), idOf('a', 'Volume')] },
        { says: 'Data is gone.', resources: [idOf('a', 'Volume')] },
      ],
    });
  });

  it('says nothing of a stack where nothing was done', () => {
    expect(describeRollback([], statement)).toMatchObject({ count: 0, leaves: [] });
  });
});
