import { StalledError, TransientError } from '@trueup/diagnostics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { OutboundHead } from './outbound-request.ts';
import { backoffMs, repeat } from './repeat.ts';

const passing = new TransientError('X', 'x');

describe('repeat', () => {
  it.each<[string, readonly (OutboundHead | Error)[], number | string, readonly number[]]>([
    ['a success', [answer(200)], 200, []],
    ['what the server refuses for good', [answer(404)], 404, []],
    ['a busy server', [answer(503), answer(200)], 200, [100]],
    ['a server that stays busy', [answer(503), answer(429), answer(502)], 502, [100, 200]],
    ['a broken connection', [passing, passing, answer(200)], 200, [100, 200]],
    ['one that stays broken', [passing, passing, passing], 'X', [100, 200]],
    ['what cannot get better', [new StalledError('Y', 'y')], 'Y', []],
    ['a server that names a time', [answer(429, '7'), answer(200)], 200, [7000]],
    ['one that names a long time', [answer(429, '3600')], 429, []],
    ['one that names nonsense', [answer(429, '-1'), answer(200)], 200, [100]],
  ])('deals with %s', async (_name, answers, expected, pauses) => {
    const left = [...answers];
    const waited: number[] = [];

    const outcome = await repeat(
      async () => {
        const next = left.shift();
        if (!next || next instanceof Error) throw next ?? new Error('asked too often');
        return next;
      },
      { ...quiet(), wait: async (ms) => void waited.push(ms) },
    ).then(
      ({ status }) => status,
      ({ code, message }) => code ?? message,
    );

    expect(outcome).toBe(expected);
    expect(waited).toEqual(pauses);
    expect(left).toEqual([]);
  });

  it('stops waiting when aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const repetition = { ...quiet(), signal: controller.signal };

    const outcome = repeat(() => Promise.reject(passing), {
      ...repetition,
      wait: async (_ms, signal) => {
        controller.abort(reason);
        signal.throwIfAborted();
      },
    });

    await expect(outcome).rejects.toBe(reason);
  });
});

describe('backoffMs', () => {
  it('is bounded and never negative', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        const ms = backoffMs(attempt + 1, () => random);

        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(5000);
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});

function answer(status: number, retryAfter?: string): OutboundHead {
  const headers = new Map(retryAfter === undefined ? [] : [['retry-after', retryAfter]]);
  return { status, headers, url: 'https://host.test/' };
}

function quiet() {
  const never = new AbortController().signal;
  return { attempts: 3, random: () => 0.5, signal: never, deadline: never, host: 'host.test' };
}
