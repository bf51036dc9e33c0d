import type { Inputs } from '@trueup/provider-sdk';
import { describe, expect, it } from 'vitest';

import { SharedOutputs } from './shared-outputs.ts';

const stack = 'infra/base';
const given = (value: string): Inputs => ({ address: { value, sensitive: false } });

function open() {
  const clock = { now: 0 };
  const outputs = new SharedOutputs({ intervalMs: 1000, now: () => clock.now });
  let looks = 0;
  const look = async () => {
    looks += 1;
    return given(`look ${looks}`);
  };
  const ask = (run = 'one', signal = new AbortController().signal) =>
    outputs.read({ stack, run, signal }, look);
  return { clock, outputs, ask, looks: () => looks };
}

describe('outputs that others take', () => {
  it('come from one look, whoever asks, for an interval', async () => {
    const { clock, ask } = open();

    expect([await ask(), await ask()]).toEqual([given('look 1'), given('look 1')]);
    clock.now = 1000;
    expect(await ask()).toEqual(given('look 2'));
  });

  it('come from one look where many ask at once', async () => {
    const { ask, looks } = open();

    await Promise.all([ask(), ask(), ask()]);

    expect(looks()).toBe(1);
  });

  it('are looked for again after another run', async () => {
    const { ask } = open();
    await ask('one');

    expect(await ask('two')).toEqual(given('look 2'));
  });

  it('come from a look that others take for themselves', async () => {
    const { outputs, ask, looks } = open();
    const { promise, resolve } = Promise.withResolvers<void>();
    const looking = outputs.during(stack, async () => {
      await promise;
      outputs.note(stack, 'one', given('their look'));
    });

    const asked = ask();
    resolve();

    expect([await asked, await looking, looks()]).toEqual([given('their look'), undefined, 0]);
  });

  it('are looked for by the next one when a look fails, and nobody waits for an aborted call', async () => {
    const { outputs, ask } = open();
    const failing = outputs.during(stack, () => Promise.reject(new Error('unreachable')));
    const aborted = ask('one', AbortSignal.abort(new Error('not wanted')));

    await expect(failing).rejects.toThrow('unreachable');
    await expect(aborted).rejects.toThrow('not wanted');
    expect(await ask()).toEqual(given('look 1'));
  });
});
