import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { GitSlots } from './git-slots.ts';

const never = new AbortController().signal;

describe('GitSlots', () => {
  it('lets so many in, and the others in the order of asking', async () => {
    const slots = new GitSlots(2);
    const order: string[] = [];
    const back = await Promise.all([slots.take('a', never), slots.take('b', never)]);
    const waiting = ['c', 'd'].map(async (who) => {
      const giveBack = await slots.take(who, never);
      order.push(who);
      return giveBack;
    });
    await turn();
    expect(order).toEqual([]);

    back[0]?.();
    back[0]?.();
    await turn();
    expect(order).toEqual(['c']);

    back[1]?.();
    await Promise.all(waiting);
    expect(order).toEqual(['c', 'd']);
  });

  it('gives nobody more than half, and keeps no other behind them', async () => {
    const slots = new GitSlots(4);
    const entered: string[] = [];
    const take = async (who: string) => {
      const giveBack = await slots.take(who, never);
      entered.push(who);
      return giveBack;
    };
    const greedy = [take('greedy'), take('greedy'), take('greedy'), take('greedy')];
    await turn();
    expect(entered).toEqual(['greedy', 'greedy']);

    await Promise.all([take('ada'), take('bob')]);
    expect(entered).toEqual(['greedy', 'greedy', 'ada', 'bob']);

    (await greedy[0])?.();
    await turn();
    expect(entered.at(-1)).toBe('greedy');
    (await greedy[1])?.();
    await Promise.all(greedy);
  });

  it('forgets who does not wait any more', async () => {
    const slots = new GitSlots(1);
    const giveBack = await slots.take('a', never);
    const gone = new AbortController();
    const waiting = slots.take('b', gone.signal);
    const reason = new Error('gone');

    gone.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    giveBack();

    (await slots.take('c', never))();
    await expect(slots.take('d', AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
