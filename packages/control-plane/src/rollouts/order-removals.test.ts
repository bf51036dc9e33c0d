import { describe, expect, it } from 'vitest';

import { orderRemovals } from './order-removals.ts';

const chain = [
  { name: 'network', after: [] },
  { name: 'hosts', after: ['network'] },
  { name: 'shop', after: ['hosts'] },
  { name: 'blog', after: [] },
];
const order = (removed: readonly string[], members: readonly string[], described = chain) =>
  Object.fromEntries(
    orderRemovals(
      removed.map((name) => ({ name, described })),
      new Set(members),
    ),
  );

describe('stacks that are deleted', () => {
  it('go after what came after them', () => {
    const all = ['blog', 'hosts', 'network', 'shop'];

    expect(order(all, all)).toEqual({
      blog: [],
      hosts: ['shop'],
      network: ['hosts', 'shop'],
      shop: [],
    });
  });

  it('go after what needed them through others that stay', () => {
    const two = ['network', 'shop'];

    expect(order(two, two)).toEqual({ network: ['shop'], shop: [] });
  });

  it('go after stacks that are brought to a revision without them', () => {
    expect(order(['network'], ['network', 'hosts'])).toEqual({ network: ['hosts'] });
  });

  it('have an order, whatever revisions say against each other', () => {
    const [one, other] = [[{ name: 'a', after: ['b'] }], [{ name: 'b', after: ['a'] }]] as const;
    const removals = [
      { name: 'a', described: other },
      { name: 'b', described: one },
    ];

    expect(Object.fromEntries(orderRemovals(removals, new Set(['a', 'b'])))).toEqual({
      a: ['b'],
      b: [],
    });
  });
});
