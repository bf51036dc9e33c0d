import { describe, expect, it } from 'vitest';

import { Turns } from './turns.ts';

describe('turns', () => {
  it('are taken one after the other for one subject, side by side for others', async () => {
    const turns = new Turns();
    const order: string[] = [];
    const gate = Promise.withResolvers<void>();
    const work = (name: string, until: Promise<unknown>) => async () => {
      order.push(`${name} begins`);
      await until;
      order.push(`${name} ends`);
      return name;
    };

    const first = turns.take('a', work('first', gate.promise));
    const second = turns.take('a', work('second', Promise.resolve()));
    const other = await turns.take('b', work('other', Promise.resolve()));
    gate.resolve();

    expect([other, await first, await second]).toEqual(['other', 'first', 'second']);
    expect(order).toEqual([
      'first begins',
      'other begins',
      'other ends',
      'first ends',
      'second begins',
      'second ends',
    ]);
  });

  it('go on after one that went wrong', async () => {
    const turns = new Turns();

    const bad = turns.take('a', () => Promise.reject(new Error('no')));
    const good = turns.take('a', async () => 'yes');

    await expect(bad).rejects.toThrow('no');
    expect(await good).toBe('yes');
  });

  it('are waited for, however they end', async () => {
    const turns = new Turns();
    const ended: string[] = [];
    const gate = Promise.withResolvers<void>();
    const all = [
      turns.take('a', () => gate.promise.then(() => ended.push('a'))),
      turns.take('b', () => Promise.reject(new Error('no'))).catch(() => ended.push('b')),
    ];

    const settled = turns.settle().then(() => ended.push('settled'));
    gate.resolve();
    await Promise.all([settled, ...all]);

    expect(ended.at(-1)).toBe('settled');
    expect(ended).toHaveLength(3);
  });
});
