import type { Run } from '@trueup/api';
import { describe, expect, it } from 'vitest';

import { exitCodes } from '../exit-code.ts';
import { paint, plainLook } from '../output/paint.ts';
import { codeOfRun, summarizeRuns } from '../stand-alone/apply-summary.ts';
import { type RunReport, reportRun } from './run-report.ts';

const counts = { done: 3, failed: 0, total: 5 };
const failure = { family: 'stalled', code: 'RUN_UNHEALTHY', message: 'a: b failed' } as const;

describe('a run that has ended', () => {
  it.each<[Run['phase'], Pick<RunReport, 'end' | 'extent'>, number]>([
    [{ name: 'succeeded', extent: 'all' }, { end: 'succeeded', extent: 'all' }, 0],
    [{ name: 'failed', extent: 'part', failure }, { end: 'failed', extent: 'part' }, 1],
    [
      { name: 'held', reason: 'plan-moved', message: 'It moved.' },
      { end: 'held', extent: 'part' },
      2,
    ],
    [
      { name: 'awaiting-approval', missing: [], reason: 'It asks.' },
      { end: 'held', extent: 'part' },
      2,
    ],
    [{ name: 'cancelled', extent: 'part', by: 'x' }, { end: 'cancelled', extent: 'part' }, 130],
  ])('as %o', (phase, report, code) => {
    const reported = reportRun('shop', { phase, counts });

    expect(reported).toMatchObject(report);
    expect(codeOfRun(reported)).toBe(code);
  });
});

describe('the end of an apply', () => {
  const good: RunReport = { stack: 'shop', end: 'succeeded', extent: 'all', done: 5, total: 5 };

  it('is a sentence when all is well', () => {
    const { lines, code } = summarizeRuns([good], { tookMs: 3200, interrupted: false, width: 200 });

    expect(paint(lines, plainLook)).toBe('\nDone: 5 changes applied in 3.2 s.\n');
    expect(code).toBe(exitCodes.done);
  });

  it('says for each stack what was wrong, and what to do', () => {
    const failed: RunReport = {
      ...good,
      end: 'failed',
      done: 3,
      message: 'folder/shop: Deployment failed',
      code: 'RUN_UNHEALTHY',
    };
    const skipped: RunReport = {
      ...good,
      stack: 'next',
      end: 'skipped',
      done: 0,
      message: 'Not begun, since shop did not succeed.',
    };

    const { lines, code } = summarizeRuns([failed, skipped], {
      tookMs: 1,
      interrupted: false,
      width: 200,
    });

    expect(paint(lines, plainLook)).toBe(
      [
        '',
        'shop: failed after 3 of 5 changes: Deployment failed  RUN_UNHEALTHY',
        'next: not begun: Not begun, since shop did not succeed.',
        'Not done: 3 changes applied. `trueup plan` shows what is left.',
        '',
      ].join('\n'),
    );
    expect(code).toBe(exitCodes.failed);
  });

  it('is an interruption when somebody stopped it', () => {
    const { code } = summarizeRuns([good], { tookMs: 1, interrupted: true, width: 200 });

    expect(code).toBe(exitCodes.interrupted);
  });
});
