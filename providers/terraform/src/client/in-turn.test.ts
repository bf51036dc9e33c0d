import { describe, expect, it } from 'vitest';

import { inTurn } from './in-turn.ts';

const never = new AbortController().signal;

describe('calls that share a plug-in cache', () => {
  it('run one after the other, in the order in which they came', async () => {
    const events: string[] = [];
    const run = (name: string) => async () => {
      events.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      events.push(`${name} ends`);
    };

    await Promise.all(['a', 'b', 'c'].map((name) => inTurn('cache', never, run(name))));

    expect(events).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  it('do not wait for those of another cache', async () => {
    const gate = Promise.withResolvers<void>();
    const first = inTurn('one', never, () => gate.promise);

    await expect(inTurn('two', never, async () => 'done')).resolves.toBe('done');
    gate.resolve();
    await first;
  });

  it('go on after one that failed', async () => {
    const failed = inTurn('cache', never, () => Promise.reject(new Error('No room.')));
    const next = inTurn('cache', never, async () => 'done');

    await expect(failed).rejects.toThrow('No room.');
    await expect(next).resolves.toBe('done');
  });

  it('leave the queue when aborted, and do not begin', async () => {
    const gate = Promise.withResolvers<void>();
    const first = inTurn('cache', never, () => gate.promise);
    const stop = new AbortController();
    let hasBegun = false;
    const waiting = inTurn('cache', stop.signal, async () => {
      hasBegun = true;
    });
    const reason = new Error('Superseded.');
    stop.abort(reason);

    await expect(waiting).rejects.toBe(reason);
    gate.resolve();
    await first;
    await inTurn('cache', never, async () => undefined);
    expect(hasBegun).toBe(false);
  });
});
