import { describe, expect, it } from 'vitest';

import { applySideBySide, type StartApplying } from './apply-side-by-side.ts';
import type { Change } from './change.ts';
import type { Outcome } from './outcome.ts';
import type { ResourceId } from './resource.ts';

const never = new AbortController().signal;

describe('applySideBySide', () => {
  it('tells each end as soon as it is there, and what was told besides', async () => {
    const gate = Promise.withResolvers<void>();
    const outcomes = applySideBySide(
      changes(2),
      (emit) => async (change) => {
        emit({ kind: 'progress', id: change.id, message: 'begins' });
        if (change.id === idOf(1)) await gate.promise;
        return done(change);
      },
      { signal: never },
    );

    const first = [await next(outcomes), await next(outcomes), await next(outcomes)];
    gate.resolve();
    const last = await next(outcomes);

    expect(first).toEqual([`progress ${idOf(1)}`, `progress ${idOf(2)}`, `done ${idOf(2)}`]);
    expect(last).toBe(`done ${idOf(1)}`);
    expect((await outcomes.next()).done).toBe(true);
  });

  it('carries out no more at once than it may', async () => {
    let atOnce = 0;
    let most = 0;
    const start: StartApplying = () => async (change) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      atOnce -= 1;
      return done(change);
    };

    const told = await Array.fromAsync(
      applySideBySide(changes(7), start, { signal: never, mostAtOnce: 3 }),
    );

    expect([told.length, most]).toEqual([7, 3]);
  });

  it('ends with a failure after what was told before, once nothing is under way', async () => {
    const ended: string[] = [];
    const start: StartApplying = (_emit, signal) => async (change) => {
      if (change.id === idOf(1)) return done(change);
      if (change.id === idOf(2)) throw new Error('a mistake of ours');
      await untilAborted(signal);
      ended.push(change.id);
      return done(change);
    };
    const told: string[] = [];

    const reading = (async () => {
      for await (const one of applySideBySide(changes(3), start, { signal: never })) {
        told.push(formatOutcome(one));
      }
    })();

    await expect(reading).rejects.toThrow('a mistake of ours');
    expect(told).toEqual([`done ${idOf(1)}`]);
    expect(ended).toEqual([idOf(3)]);
  });

  it('leaves nothing under way when its reader goes away, and begins nothing more', async () => {
    const begun: string[] = [];
    const start: StartApplying = (_emit, signal) => async (change) => {
      begun.push(change.id);
      if (change.id !== idOf(1)) await untilAborted(signal);
      return done(change);
    };

    for await (const _one of applySideBySide(changes(9), start, { signal: never, mostAtOnce: 2 })) {
      break;
    }

    expect(begun).toEqual([idOf(1), idOf(2), idOf(3)]);
  });

  it('begins nothing once it is aborted', async () => {
    const outcomes = applySideBySide(changes(1), () => async (change) => done(change), {
      signal: AbortSignal.abort(new Error('stop')),
    });

    await expect(outcomes.next()).rejects.toThrow('stop');
  });
});

function idOf(count: number): ResourceId {
  return `thing/${count}` as ResourceId;
}

function changes(count: number): readonly Change[] {
  return Array.from(
    { length: count },
    (_, index) => ({ id: idOf(index + 1), action: 'create' }) as unknown as Change,
  );
}

function done({ id }: Change): Outcome {
  return { kind: 'done', id };
}

function formatOutcome({ kind, id }: Outcome): string {
  return `${kind} ${id}`;
}

async function next(outcomes: AsyncGenerator<Outcome, void>): Promise<string> {
  const { value } = await outcomes.next();
  return value ? formatOutcome(value) : 'end';
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
