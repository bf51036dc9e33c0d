import { describe, expect, it } from 'vitest';

import { stopOnSignals } from './stop-on-signals.ts';

describe('a server that is told to stop', () => {
  it.each(['SIGTERM', 'SIGINT'])('stops at %s, and ends with 0', async (signal) => {
    const process = started({ stop: async () => undefined });

    process.send(signal);

    expect(await process.ended).toBe(0);
    expect(process.logged).toEqual(['stopping']);
  });

  it('ends at once when it is told a second time', async () => {
    const process = started({ stop: () => new Promise(() => undefined) });

    process.send('SIGINT');
    process.send('SIGINT');

    expect(await process.ended).toBe(1);
  });

  it('says when it could not stop cleanly', async () => {
    const process = started({ stop: () => Promise.reject(new Error('hush')) });

    process.send('SIGTERM');

    expect(await process.ended).toBe(1);
    expect(process.logged).toEqual(['stopping', 'did not stop cleanly']);
  });

  it('does not hang for ever', async () => {
    const process = started({ stop: () => new Promise(() => undefined) }, 1);

    process.send('SIGTERM');

    expect(await process.ended).toBe(1);
    expect(process.logged).toEqual(['stopping', 'did not stop in time']);
  });
});

function started(server: { stop(): Promise<void> }, withinMs = 60_000) {
  const logged: string[] = [];
  const acts = new Map<string, (signal: string) => void>();
  const { promise, resolve } = Promise.withResolvers<number>();
  const note = (...words: readonly unknown[]): void => void logged.push(String(words.at(-1)));
  stopOnSignals(server, {
    logger: { info: note, error: note },
    onSignal: (signals, act) => {
      for (const signal of signals) acts.set(signal, act);
    },
    exit: resolve,
    withinMs,
  });
  return { logged, ended: promise, send: (signal: string) => acts.get(signal)?.(signal) };
}
