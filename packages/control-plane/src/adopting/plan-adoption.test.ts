import { type Change, type FieldChange, formatResourceId, type Plan } from '@trueup/provider-sdk';
import { describe, expect, it } from 'vitest';

import { isAdoption } from './plan-adoption.ts';

const web = formatResourceId({ kind: 'Thing', scope: '', name: 'web' });
const api = formatResourceId({ kind: 'Thing', scope: '', name: 'api' });
const size = { path: ['size'], before: 9, after: 1, sensitive: false };
const color = { path: ['color'], before: 'red', after: 'blue', sensitive: false };
const adopted = [{ id: web, path: ['size'] }];

function plan(
  ...changes: readonly (readonly [Change['id'], Change['action'], ...FieldChange[]])[]
) {
  const listed = changes.map(([id, action, ...fields]) => ({ id, action, fields }));
  return { changes: listed } as unknown as Plan;
}

describe('isAdoption', () => {
  it.each<[string, Plan, Plan]>([
    ['nothing is left', plan([web, 'update', size]), plan([web, 'none'])],
    ['other drift is left', plan([web, 'update', size, color]), plan([web, 'update', color])],
    [
      'what the target adds is shown no more',
      plan([web, 'update', size, { ...color, generated: true }]),
      plan([web, 'none']),
    ],
    [
      'another resource differs as before',
      plan([web, 'update', size], [api, 'create', color]),
      plan([web, 'none'], [api, 'create', color]),
    ],
  ])('holds where %s', (_name, before, after) => {
    expect(isAdoption(before, after, adopted)).toBe(true);
  });

  it.each<[string, Plan, Plan]>([
    ['it still differs', plan([web, 'update', size]), plan([web, 'update', { ...size, after: 2 }])],
    ['other drift goes as well', plan([web, 'update', size, color]), plan([web, 'none'])],
    ['another field differs', plan([web, 'update', size]), plan([web, 'update', color])],
    ['another resource comes', plan([web, 'update', size]), plan([web, 'none'], [api, 'create'])],
    ['another resource goes', plan([web, 'update', size]), plan([web, 'none'], [api, 'delete'])],
    ['something is run', plan([web, 'update', size]), plan([web, 'none'], [api, 'execute'])],
    [
      'another resource differs otherwise',
      plan([web, 'update', size], [api, 'update', color]),
      plan([web, 'none'], [api, 'update', { ...color, after: 'green' }]),
    ],
  ])('does not hold where %s', (_name, before, after) => {
    expect(isAdoption(before, after, adopted)).toBe(false);
  });
});
