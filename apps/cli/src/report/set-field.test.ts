import type { FieldPath, Json } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { setField } from './set-field.ts';

const containers = [{ name: 'web', image: 'a' }, { name: 'side' }];

describe('a field that is set', () => {
  it.each<[string, { body: Json; path: FieldPath; value?: Json }, Json]>([
    ['a member', { body: { a: 1 }, path: ['a'], value: 2 }, { a: 2 }],
    ['a new member', { body: { a: 1 }, path: ['b', 'c'], value: 2 }, { a: 1, b: { c: 2 } }],
    ['no member', { body: { a: 1, b: 2 }, path: ['a'] }, { b: 2 }],
    ['no such member', { body: { a: 1 }, path: ['b'] }, { a: 1 }],
    [
      'an item by its key',
      { body: { containers }, path: ['containers', { name: 'web' }, 'image'], value: 'b' },
      { containers: [{ name: 'web', image: 'b' }, { name: 'side' }] },
    ],
    [
      'a new item',
      { body: { containers }, path: ['containers', { name: 'new' }, 'image'], value: 'c' },
      { containers: [...containers, { name: 'new', image: 'c' }] },
    ],
    [
      'no item',
      { body: { containers }, path: ['containers', { name: 'side' }] },
      { containers: [{ name: 'web', image: 'a' }] },
    ],
    [
      'what looks like a prototype',
      { body: {}, path: ['__proto__'], value: 1 },
      JSON.parse('{"__proto__": 1}'),
    ],
  ])('%s', (_name, { body, path, value }, result) => {
    expect(setField(body, path, value)).toEqual(result);
  });

  it('leaves the body that it was given alone', () => {
    const body = { a: { b: 1 } };

    setField(body, ['a', 'b'], 2);

    expect(body).toEqual({ a: { b: 1 } });
  });
});
