import { expect, it } from 'vitest';

import { makeChange, makeField } from '../../testing/make-change.ts';
import { comparePlans } from './compare-plans.ts';

const mode = (before: string) => makeField('data.MODE', { before, after: 'b' });
const same = makeField('data.SAME', { before: 1, after: 2 });

it('names what moved, with the fields that both sides do not have alike', () => {
  const approved = { change: makeChange({ fields: [mode('a'), same] }), digest: 'one' };
  const planned = { change: makeChange({ fields: [mode('x'), same] }), digest: 'two' };

  expect(comparePlans([approved], [planned])).toEqual([
    {
      id: approved.change.id,
      approved: { ...approved, change: { ...approved.change, fields: [mode('a')] } },
      planned: { ...planned, change: { ...planned.change, fields: [mode('x')] } },
    },
  ]);
});

it('names what came and what went, and nothing that is as it was approved', () => {
  const kept = { change: makeChange({ id: 'kept', version: '1' }), digest: 'kept' };
  const again = { ...kept, change: { ...kept.change, version: '2' } };
  const gone = { change: makeChange({ id: 'gone' }), digest: 'g' };
  const come = { change: makeChange({ id: 'come' }), digest: 'c' };
  const still = { change: makeChange({ id: 'still', action: 'none' }) };

  expect(comparePlans([kept, gone], [come, again, still])).toEqual([
    { id: 'come', planned: come },
    { id: 'gone', approved: gone },
  ]);
});

it('has something to say where a change that looks alike has another digest', () => {
  const one = { change: makeChange({ fields: [same] }), digest: 'one' };
  const other = { change: makeChange({ fields: [same] }), digest: 'two' };

  expect(comparePlans([one], [other]).map(({ id }) => id)).toEqual([one.change.id]);
  expect(comparePlans([one], [one])).toEqual([]);
});
