import type { StackDefinition } from '@trueup/engine';
import { describe, expect, it } from 'vitest';

import { withConsumers } from './with-consumers.ts';

const plain: Omit<StackDefinition, 'name'> = {
  path: '',
  target: 't',
  provider: 'p',
  after: [],
  inputs: {},
  settings: undefined,
  index: 0,
};

describe('stacks that hang on others', () => {
  it('are those that take in their outputs, and those that are reached by them', () => {
    const taken = { kind: 'output', stack: 'shop', output: 'o' } as const;
    const all: readonly StackDefinition[] = [
      { ...plain, name: 'alone' },
      { ...plain, name: 'cluster' },
      { ...plain, name: 'shop', reachedBy: ['cluster'] },
      { ...plain, name: 'later', inputs: { o: taken } },
    ];
    const names = (one: string) =>
      withConsumers(
        all.filter(({ name }) => name === one),
        all,
      ).map(({ name }) => name);

    expect(names('cluster')).toEqual(['cluster', 'shop', 'later']);
    expect(names('shop')).toEqual(['shop', 'later']);
    expect(names('alone')).toEqual(['alone']);
  });
});
