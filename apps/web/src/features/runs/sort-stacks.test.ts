import { expect, it } from 'vitest';

import { sortStacks } from './sort-stacks.ts';

const waits = (...after: readonly string[]) => ({ after, state: { name: 'waiting' as const } });

it('puts stacks behind what they wait for', () => {
  const placed = sortStacks({
    web: waits('hosts', 'network'),
    hosts: waits('network'),
    network: waits(),
  });

  expect(placed.map(({ name, depth }) => `${name} ${depth}`)).toEqual([
    'network 0',
    'hosts 1',
    'web 2',
  ]);
});

it('ends where stacks wait for each other, or for one that is not there', () => {
  const placed = sortStacks({ a: waits('b'), b: waits('a'), c: waits('gone') });

  expect(placed.map(({ name }) => name).toSorted()).toEqual(['a', 'b', 'c']);
});
