import { describe, expect, it } from 'vitest';

import { rollbackCalls } from './rollback-calls.ts';
import { RevertDesk } from './testing/revert-desk.ts';

const never = new AbortController().signal;

describe('rollbackRollout', () => {
  it('opens the merge request, writes who did, and has it looked at', async () => {
    const desk = new RevertDesk();

    const opened = await rollbackCalls(desk.asked).rollbackRollout('o1', 'errors\nat noon', never);

    expect(opened).toMatchObject({ repository: 'infra', number: 7 });
    expect(desk.opened).toMatchObject([
      {
        title: 'Roll back bbbbbbbbbbbb: errors',
        body: expect.stringContaining('errors\nat noon'),
      },
    ]);
    expect(desk.taken).toMatchObject({
      message: expect.stringContaining(`This takes back rollout o1: ${desk.revert.before}..`),
    });
    expect(desk.written).toMatchObject([
      { kind: 'audit', line: { event: 'rollback:opened', actor: 'member:ada', subject: 'infra' } },
    ]);
    expect(desk.hinted).toEqual([['infra', 7]]);
  });

  it('bounds the title', async () => {
    const desk = new RevertDesk();

    await rollbackCalls(desk.asked).rollbackRollout('o1', 'x'.repeat(5000), never);

    expect(desk.opened).toMatchObject([{ title: expect.stringMatching(/^.{300}$/) }]);
  });

  it.each([
    ['NOT_FOUND', 'is not known', { isKnown: false }],
    ['ACCESS_DENIED', 'is not theirs to go back on', { role: 'viewer' }],
    ['CONFLICT', 'was the first', { before: undefined }],
    ['CONFLICT', 'left nothing', { taken: { kind: 'nothing' } }],
  ] as const)(
    'refuses with %s a rollout that %s, and writes nothing',
    async (code, _why, options) => {
      const desk = new RevertDesk(options);

      const going = rollbackCalls(desk.asked).rollbackRollout('o1', 'errors', never);

      await expect(going).rejects.toMatchObject({ code });
      expect([desk.opened, desk.written, desk.hinted]).toEqual([[], [], []]);
    },
  );
});

describe('rollbackOf', () => {
  it('only looks, for whoever may view', async () => {
    const desk = new RevertDesk({ role: 'viewer' });

    const view = await rollbackCalls(desk.asked).rollbackOf('o1');

    expect(view).toMatchObject({ rollout: 'o1', repository: 'infra', stacks: [] });
    expect(view.obstacle).toBeUndefined();
    expect(desk.taken).toBeUndefined();
  });

  it('says that there was nothing before the first one', async () => {
    const desk = new RevertDesk({ before: undefined });

    const view = await rollbackCalls(desk.asked).rollbackOf('o1');

    expect(view.obstacle).toContain('nothing before it');
  });
});
