import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { addRequest, takeRequest } from './pending-requests.ts';
import type { RunRequest } from './run.ts';

const cancel: RunRequest = { kind: 'cancel', by: 'member:ada' };
const supersede: RunRequest = { kind: 'supersede', by: 'run-2' };
const hold: RunRequest = { kind: 'hold', by: 'member:bob' };
const resume: RunRequest = { kind: 'resume', by: 'member:cy' };
const repeat: RunRequest = { kind: 'resume', by: 'member:cy', doubt: 'repeat' };
const glass = (...digits: readonly string[]): RunRequest => ({
  kind: 'break-glass',
  by: 'member:eve',
  at: '2030-01-01T00:00:00Z',
  reason: 'fire',
  digests: digits.map((one) => `sha256:${one}` as const),
});

describe('what a run is asked for', () => {
  it.each<[string, readonly RunRequest[], readonly RunRequest[]]>([
    ['a resume does not swallow a cancel', [cancel, resume], [cancel]],
    ['a hold does not swallow a newer revision', [supersede, hold], [supersede]],
    ['a cancel comes before what waits', [hold, glass('1'), cancel], [cancel]],
    ['a cancel is stronger than a newer revision', [supersede, cancel], [cancel]],
    ['a cancel stays one when a newer revision comes', [cancel, supersede], [cancel]],
    ['the last word counts: resume', [hold, resume], [resume]],
    ['the last word counts: hold', [resume, hold], [hold]],
    ['glass stays broken when somebody holds', [glass('1'), hold], [glass('1'), hold]],
    ['glass lets go what was held', [hold, glass('1')], [glass('1')]],
    ['both who break glass are heard', [glass('1'), glass('2')], [glass('1', '2')]],
    ['a doubt stays answered when somebody holds', [repeat, hold], [repeat, hold]],
    ['a doubt stays answered by the next resume', [repeat, resume], [repeat]],
  ])('%s', (_name, asked, pending) => {
    expect(asked.reduce(addRequest, [])).toEqual(pending);
  });

  it('stays when it was asked for while another one was taken up', () => {
    const read = addRequest([], hold);
    const meanwhile = addRequest(read, cancel);

    expect(takeRequest(meanwhile, hold)).toEqual([cancel]);
  });

  it('comes to what all of it would, one after the other, ends first', () => {
    const request = fc.constantFrom(
      cancel,
      supersede,
      hold,
      resume,
      repeat,
      glass('1'),
      glass('2'),
    );
    const step = fc.oneof({ weight: 3, arbitrary: request }, fc.constantFrom('read', 'take'));

    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { pending, run, asked } = play(steps);
        const drained = pending.reduce(takeUp, run);

        expect(pending.length).toBeLessThanOrEqual(3);
        const { end } = drained;
        expect(end).toBe(endOf(asked, run));
        expect({ ...drained, end }).toEqual(
          end ? { ...drained, end } : asked.reduce(takeUp, fresh),
        );
      }),
      { seed: 5, numRuns: 2000 },
    );
  });
});

interface ModelRun {
  readonly end: 'cancel' | 'supersede' | undefined;
  readonly held: boolean;
  readonly accepted: readonly string[];
  readonly doubt: 'repeat' | 'done' | undefined;
}

const fresh: ModelRun = { end: undefined, held: false, accepted: [], doubt: undefined };

function takeUp(run: ModelRun, request: RunRequest): ModelRun {
  if (run.end) return run;
  switch (request.kind) {
    case 'hold':
      return { ...run, held: true };
    case 'resume':
      return { ...run, held: false, doubt: request.doubt ?? run.doubt };
    case 'break-glass': {
      const accepted = [...new Set([...run.accepted, ...request.digests])].sort();
      return { ...run, held: false, accepted };
    }
    default:
      return { ...run, end: request.kind };
  }
}

interface Played {
  readonly pending: readonly RunRequest[];
  readonly run: ModelRun;
  /** All that was asked for while the run had not ended. */
  readonly asked: readonly RunRequest[];
}

/** A supervisor reads what comes first, and takes it up later, whatever was asked for in between. */
function play(steps: readonly (RunRequest | 'read' | 'take')[]): Played {
  let [pending, run]: [readonly RunRequest[], ModelRun] = [[], fresh];
  let read: RunRequest | undefined;
  const asked: RunRequest[] = [];
  for (const step of steps) {
    if (run.end) break;
    if (step === 'read') [read] = pending;
    else if (step === 'take') {
      if (!read) continue;
      run = takeUp(run, read);
      pending = takeRequest(pending, read);
      read = undefined;
    } else {
      asked.push(step);
      pending = addRequest(pending, step);
    }
  }
  return { pending: run.end ? [] : pending, run, asked };
}

function endOf(asked: readonly RunRequest[], { end }: ModelRun): ModelRun['end'] {
  if (end) return end;
  const kinds = asked.map(({ kind }) => kind);
  if (kinds.includes('cancel')) return 'cancel';
  return kinds.includes('supersede') ? 'supersede' : undefined;
}
