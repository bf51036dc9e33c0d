import { formatFieldPath } from '@trueup/diagnostics';
import type { Change, FieldChange, ForeignField } from '@trueup/provider-sdk';
import { formatResourceId } from '@trueup/provider-sdk';
import { describe, expect, it } from 'vitest';

import { pickFields } from './pick-fields.ts';

const id = formatResourceId({ kind: 'Thing', scope: '', name: 'web' });
const size = field('size');

function field(name: string, rest: Partial<FieldChange> = {}): FieldChange {
  return { path: [name], before: 9, after: 1, sensitive: false, ...rest };
}

function changed(fields: readonly FieldChange[], action: Change['action'] = 'update'): Change {
  return { id, action, fields } as unknown as Change;
}

function foreignly(name: string): ForeignField {
  return { id, path: [name], observed: 1, sensitive: false };
}

function pick(now: readonly FieldChange[], rest: Partial<Parameters<typeof pickFields>[0]> = {}) {
  const item = { resource: id, change: changed([size, field('other'), field('added')]) };
  const { fields, refused } = pickFields({
    item,
    change: changed(now),
    foreign: [],
    takesForeign: false,
    ...rest,
  });
  return {
    fields: fields.map(({ path }) => formatFieldPath(path)),
    refused: refused.map(({ path, reason }) => `${formatFieldPath(path)}: ${reason}`),
  };
}

describe('pickFields', () => {
  it('picks what drifted and still differs, and not what a waiting revision changes', () => {
    expect(pick([size, field('of-the-revision')])).toEqual({ fields: ['size'], refused: [] });
  });

  it.each([
    ['secrets', field('size', { sensitive: true }), 'it holds a secret'],
    ['what the target adds', field('size', { generated: true }), 'the target adds it on its own'],
    ['what nobody knows', field('size', { unknown: true }), 'its value is not known'],
  ])('refuses %s', (_name, one, reason) => {
    expect(pick([one])).toEqual({ fields: [], refused: [`size: ${reason}`] });
  });

  it.each([
    ['create', 'it is gone from the target'],
    ['delete', 'Git does not describe it'],
    ['take-over', 'it does not differ in fields'],
  ] as const)('refuses a %s as a whole', (action, reason) => {
    const item = { resource: id, change: changed([size], action) };

    expect(pick([size], { item })).toEqual({
      fields: [],
      refused: [expect.stringContaining(`: ${reason}`)],
    });
  });

  it('picks what others added only where somebody asks for that', () => {
    const foreign = [foreignly('added'), foreignly('new')];
    const both = [size, field('added'), field('new')];

    expect(pick([size], { foreign })).toEqual({
      fields: ['size'],
      refused: ['added: others added it: ask for what they add as well'],
    });
    expect(pick(both, { foreign, takesForeign: true })).toEqual({
      fields: ['size', 'added', 'new'],
      refused: [],
    });
  });

  it('takes a field that others took over for drift', () => {
    expect(pick([size], { foreign: [foreignly('size')] })).toEqual({
      fields: ['size'],
      refused: [],
    });
  });
});
