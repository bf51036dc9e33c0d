import { describe, expect, it } from 'vitest';

import { StackWatch, type StackWatchOptions } from './stack-watch.ts';

describe('a thousand stacks', () => {
  it('are looked at a few at a time, each of them', async () => {
    let [looking, most] = [0, 0];
    const seen = new Set<string>();
    await using watch = open({
      look: async (stack) => {
        looking += 1;
        most = Math.max(most, looking);
        await turn();
        looking -= 1;
        seen.add(stack);
        return undefined;
      },
    });

    for (const name of names('s', 1000)) watch.attend(name);
    while (seen.size < 1000) await turn();

    expect(most).toBe(8);
  });

  it('of a target that hangs leave places for the others, and stop when asked to', async () => {
    let hanging = 0;
    const seen = new Set<string>();
    await using watch = open({
      look: async (stack, signal) => {
        if (stack.startsWith('dead')) {
          hanging += 1;
          await new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason), { once: true });
          });
        }
        seen.add(stack);
        return undefined;
      },
      targets: { of: (stack) => stack.replace(/[0-9]+/, ''), count: () => 2 },
    });

    for (const name of [...names('dead', 500), ...names('fine', 500)]) watch.attend(name);
    while (seen.size < 500) await turn();

    expect(hanging).toBe(6);
  });

  it('that were looked at together are not looked at together again', async () => {
    const delays = new Set<number>();
    let count = 0;
    const original = globalThis.setTimeout;
    const note = (call: () => void, ms = 0): NodeJS.Timeout => {
      if (ms > 1000) delays.add(Math.round(ms / 100));
      return original(call, ms);
    };
    globalThis.setTimeout = Object.assign(note, original);
    try {
      await using watch = open({
        random: () => {
          count += 1;
          return (count % 100) / 100;
        },
      });
      for (const name of names('s', 100)) watch.attend(name);
      while (count < 100) await turn();
    } finally {
      globalThis.setTimeout = original;
    }

    expect(delays.size).toBeGreaterThan(50);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(450);
    expect(Math.max(...delays)).toBeLessThanOrEqual(750);
  });
});

function open(options: Partial<StackWatchOptions>): StackWatch & AsyncDisposable {
  const watch = new StackWatch({
    look: async () => undefined,
    onHint: () => undefined,
    onError: () => undefined,
    settleMs: 1,
    intervalMs: 60_000,
    parallel: 8,
    targets: { of: () => 'one', count: () => 1 },
    random: () => 0.5,
    ...options,
  });
  const dispose = () => watch.stop(new Error('stopping'));
  return Object.assign(watch, { [Symbol.asyncDispose]: dispose });
}

function names(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
