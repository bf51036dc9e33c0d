import { describe, expect, it } from 'vitest';

import { HintHub } from '../runs/hint-hub.ts';
import { cancelOnStop } from './cancel-on-stop.ts';

const run = { id: 'run' };

describe('a cancel that cannot be written', () => {
  it('is told at the end, and ends no process before', async () => {
    const unheard: unknown[] = [];
    const hear = (reason: unknown): number => unheard.push(reason);
    process.on('unhandledRejection', hear);
    const stop = new AbortController();
    const commit = () => Promise.reject(new Error('the store is away'));
    const cancelling = cancelOnStop(run, stop.signal, { store: { commit }, hub: new HintHub() });

    stop.abort();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', hear);

    expect(unheard).toEqual([]);
    await expect(cancelling.end()).rejects.toThrow('the store is away');
  });

  it('is forgotten when nothing stops', async () => {
    const stop = new AbortController();
    const written: unknown[] = [];
    const commit = async (writes: unknown): Promise<void> => void written.push(writes);
    const cancelling = cancelOnStop(run, stop.signal, { store: { commit }, hub: new HintHub() });

    await cancelling.end();
    stop.abort();

    expect(written).toEqual([]);
  });
});
