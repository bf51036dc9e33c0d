import { describe, expect, it } from 'vitest';

import { AttendingWork } from './attending-work.ts';

describe('AttendingWork', () => {
  it('attends to a change set once at a time, and asks for another look afterwards', async () => {
    const { work, again } = create();
    const gate = Promise.withResolvers<void>();

    const begun = [work.begin(one, () => gate.promise), work.begin(one, () => gate.promise)];
    gate.resolve();
    await settle();
    const after = work.begin(one, async () => undefined);

    expect([...begun, after]).toEqual([true, false, true]);
    expect(again).toEqual(['shop']);
  });

  it('asks for another look where there is more to do', async () => {
    const { work, again } = create();

    work.begin(one, async () => true);
    await settle();

    expect(again).toEqual(['shop']);
  });

  it('tells what went wrong, and goes on with others', async () => {
    const { work, errors } = create();

    work.begin(one, () => Promise.reject(new Error('no')));
    const other = work.begin({ ...one, id: 'c2' }, async () => undefined);
    await settle();

    expect([other, ...errors]).toEqual([true, 'shop!1: no']);
  });

  it.each(['end', 'forget', 'stop'] as const)(
    'waits for what is told to end by %s',
    async (way) => {
      const { work, again, errors } = create();
      let ended = false;
      work.begin(one, async (signal) => {
        await untilAborted(signal).catch(() => undefined);
        ended = true;
      });
      work.begin(one, async () => undefined);

      const reason = new Error('no more');
      if (way === 'end') await work.end(one.id, reason);
      else if (way === 'forget') await work.forget(one.repository, reason);
      else await work.stop(reason);

      expect([ended, again, errors]).toEqual([true, [], []]);
    },
  );

  it('attends to eight of a repository at once', async () => {
    const { work } = create();
    const begun: string[] = [];

    for (let count = 1; count <= 9; count += 1) {
      const id = `c${count}`;
      work.begin({ ...one, id }, (signal) => {
        begun.push(id);
        return untilAborted(signal);
      });
    }
    await settle();
    const first = begun.length;
    await work.end('c1', new Error('no more'));
    await settle();
    const then = begun.length;
    await work.stop(new Error('end'));

    expect([first, then]).toEqual([8, 9]);
  });
});

const one = { id: 'c1', subject: 'shop!1', repository: 'shop' };

function create() {
  const again: string[] = [];
  const errors: string[] = [];
  const work = new AttendingWork({
    onAgain: (repository) => again.push(repository),
    onError: (error, subject) => errors.push(`${subject}: ${(error as Error).message}`),
  });
  return { work, again, errors };
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  await new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
