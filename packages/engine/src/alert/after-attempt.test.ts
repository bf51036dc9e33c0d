import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { sampleAlert, sampleTime } from '../testing/sample-records.ts';
import { mostAttempts, noteFailure, noteSent, sendAgain } from './after-attempt.ts';

const busy = { family: 'transient', code: 'ALERT_REFUSED', message: 'no' } as const;
const now = { nowMs: Date.parse(sampleTime), random: () => 0.5 };

function waitMs(record: { readonly nextAt?: string }): number {
  return Date.parse(record.nextAt ?? '') - now.nowMs;
}

describe('after an attempt', () => {
  it('tries again later and later, and gives up', () => {
    let record = sampleAlert('a');
    const waits: number[] = [];
    while (record.state === 'pending') {
      record = noteFailure(record, busy, now);
      if (record.nextAt) waits.push(waitMs(record) / 1000);
    }

    expect(waits).toEqual([10, 20, 40, 80, 160, 320, 640, 1280, 2560]);
    expect(record).toMatchObject({ state: 'failed', attempts: mostAttempts, failure: busy });
    expect(record.nextAt).toBeUndefined();
  });

  it('gives up at once where trying again cannot work', () => {
    const record = noteFailure(sampleAlert('a'), { ...busy, family: 'stalled' }, now);

    expect(record).toMatchObject({ state: 'failed', attempts: 1 });
  });

  it('gives up what is a day old', () => {
    const late = { ...now, nowMs: now.nowMs + 25 * 3600_000 };

    expect(noteFailure(sampleAlert('a'), busy, late)).toMatchObject({ state: 'failed' });
  });

  it('waits as long as it is asked to, within bounds', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: false }),
        fc.integer({ min: 0, max: 8 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (wish, attempts, random) => {
          const failed = noteFailure(
            sampleAlert('a', { attempts }),
            { ...busy, retryAfterMs: wish },
            { ...now, random: () => random },
          );

          expect(waitMs(failed)).toBeGreaterThanOrEqual(8000);
          expect(waitMs(failed)).toBeLessThanOrEqual(6 * 3600_000);
          expect('retryAfterMs' in (failed.failure ?? {})).toBe(false);
        },
      ),
      { seed: 11, numRuns: 300 },
    );
    const patient = noteFailure(sampleAlert('a'), { ...busy, retryAfterMs: 90_000 }, now);
    expect(waitMs(patient)).toBe(90_000);
  });

  it('forgets the failure once it is sent, and may be asked for again', () => {
    const failed = noteFailure(sampleAlert('a'), busy, now);

    const sent = noteSent(failed, now);
    const again = sendAgain(sent, now.nowMs);

    expect(sent).toMatchObject({ state: 'sent', attempts: 2, sentAt: sampleTime });
    expect(sent.failure).toBeUndefined();
    expect(sent.nextAt).toBeUndefined();
    expect(again).toMatchObject({ state: 'pending', attempts: 0 });
    expect(waitMs(again)).toBe(0);
  });
});
