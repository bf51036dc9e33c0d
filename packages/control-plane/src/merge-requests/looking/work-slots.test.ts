import { describe, expect, it } from 'vitest';

import { WorkSlots } from './work-slots.ts';

const never = new AbortController().signal;

describe('work in slots', () => {
  it('goes on so much at once, in the order of asking, whatever fails', async () => {
    const slots = new WorkSlots(2);
    const begun: number[] = [];
    let [now, most] = [0, 0];
    const work = async (id: number): Promise<number> => {
      begun.push(id);
      now += 1;
      most = Math.max(most, now);
      await Promise.resolve();
      now -= 1;
      if (id === 1) throw new Error('failed');
      return id;
    };

    const ends = await Promise.allSettled(
      [0, 1, 2, 3, 4].map((id) => slots.take(() => work(id), never)),
    );

    expect(ends.map(({ status }) => status === 'fulfilled')).toEqual([
      true,
      false,
      true,
      true,
      true,
    ]);
    expect(begun).toEqual([0, 1, 2, 3, 4]);
    expect(most).toBe(2);
  });

  it('does not begin when nobody wants it any more, and keeps nobody else waiting', async () => {
    const slots = new WorkSlots(1);
    const first = Promise.withResolvers<void>();
    const given = new AbortController();
    const going = slots.take(() => first.promise, never);
    const dropped = slots.take(async () => 'dropped', given.signal);
    const last = slots.take(async () => 'last', never);

    given.abort(new Error('given up'));
    await expect(dropped).rejects.toThrow('given up');
    first.resolve();

    await going;
    await expect(last).resolves.toBe('last');
    await expect(slots.take(async () => 'again', never)).resolves.toBe('again');
  });
});
