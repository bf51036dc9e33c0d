import { expect, it } from 'vitest';

import { makeStackChange } from '../../testing/make-change.ts';
import { listRisks } from './list-risks.ts';

it('counts what may harm and what is not known, the gravest first', () => {
  const risks = listRisks(
    [
      makeStackChange({ action: 'delete', hazards: ['destroys-data'] }),
      makeStackChange({ action: 'delete' }),
      makeStackChange({ confidence: 'opaque' }),
    ],
    [],
    [{ state: 'failed' }, { state: 'deferred' }],
  );

  expect(risks.map(({ words }) => words)).toEqual([
    '1 stack is not planned',
    '1 change destroys data',
    '2 resources go',
    '1 change is uncertain',
    '1 stack is planned later',
  ]);
});

it('says nothing of what is plain', () => {
  expect(listRisks([makeStackChange({ action: 'create' })], [], [{ state: 'planned' }])).toEqual(
    [],
  );
});
