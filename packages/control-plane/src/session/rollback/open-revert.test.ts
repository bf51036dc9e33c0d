import { describe, expect, it } from 'vitest';

import { obstacleOf, openRevert } from './open-revert.ts';
import { RevertDesk } from './testing/revert-desk.ts';

const never = new AbortController().signal;

describe('openRevert', () => {
  it('opens a merge request onto the head, by a commit that bears who asks', async () => {
    const desk = new RevertDesk();

    const opened = await openRevert(desk.revert, desk.asked, never);

    expect(opened).toEqual({
      repository: 'infra',
      number: 7,
      branch: 'rollback-bbbbbbbbbbbb',
      url: 'https://forge.test/7',
    });
    expect(desk.taken).toMatchObject({
      before: desk.revert.before,
      after: desk.revert.after,
      onto: desk.revert.repository.head,
      author: { name: 'ada', email: 'ada@example.com' },
    });
    expect(desk.opened).toEqual([
      { sourceBranch: 'rollback-bbbbbbbbbbbb', targetBranch: 'main', title: 'Back', body: 'Why' },
    ]);
  });

  it('takes another name where the branch is there already', async () => {
    const desk = new RevertDesk({ branches: ['rollback-bbbbbbbbbbbb', 'rollback-bbbbbbbbbbbb-2'] });

    const { branch } = await openRevert(desk.revert, desk.asked, never);

    expect(branch).toBe('rollback-bbbbbbbbbbbb-3');
  });

  it.each<[string, ConstructorParameters<typeof RevertDesk>[0], string]>([
    ['nothing of it is left', { taken: { kind: 'nothing' } }, 'nothing of it is left'],
    [
      'later changes stand in the way',
      { taken: { kind: 'conflicts', files: ['a', 'b', 'c', 'd', 'e', 'f'] } },
      '(a, b, c, d, e): revert it by hand',
    ],
    ['who asks has no address', { emails: [] }, 'trueup member set ada --email ADDRESS'],
    ['who asks is no member', { isMember: false }, 'commits bear an address'],
    ['there are branches enough', { branches: 'all' }, 'there are 20 branches'],
    ['there is no forge', { isConnected: false }, 'infra: '],
  ])('opens nothing where %s', async (_case, options, why) => {
    const desk = new RevertDesk(options);

    await expect(openRevert(desk.revert, desk.asked, never)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(why),
    });
    expect(desk.opened).toEqual([]);
  });
});

describe('obstacleOf', () => {
  it('says what to do by hand where there is no forge', () => {
    const { forge: _none, ...bare } = new RevertDesk().revert.repository;

    expect(obstacleOf(bare)).toContain('push that to main');
    expect(obstacleOf(new RevertDesk().revert.repository)).toBeUndefined();
  });
});
