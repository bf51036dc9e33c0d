/** What people do to merge requests on their forge while nobody of us looks. */
import { describe, expect, it } from 'vitest';

import { thing } from '../testing/index.ts';
import { biggerShop, MergeRequestBench } from '../testing/merge-request-bench.ts';

const evenBigger = { 'shop/web.json': thing('web', { spec: { size: 3 } }) };

describe('a merge request whose comment somebody deleted', () => {
  it('gets one again with the next news, and not for ever', async () => {
    await using bench = await MergeRequestBench.open();
    const request = await bench.propose(biggerShop);
    await bench.untilComment(request, '1 to update');
    const remove = (): void => {
      for (const { id } of [...request.comments]) bench.remote.deleteComment(request.number, id);
    };

    remove();
    const { requests } = bench.link;
    await bench.hint();
    await bench.plane.until('a look', async () => bench.link.requests > requests);
    expect(request.comments).toEqual([]);

    await bench.pushTo(request, evenBigger);
    await bench.untilComment(request, '1 to update');
    expect(await bench.untilStatus(request)).toContain('planned 1 stack');
    expect(request.comments).toHaveLength(1);
    expect(bench.plane.errors).toEqual([]);
  });
});

describe('an approved merge request', () => {
  it('that the forge rebased, in several commits, is applied by its approval', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const bob = await bench.member('bob', 'approver', ['ops']);
    const request = await bench.propose({ ...biggerShop, 'README.md': 'Why' });
    await bench.say(request, bob, await bench.commandIn(request));
    await bench.untilStatusOf(request, 'trueup/approval', 'passed');

    bench.plane.git.push({ 'README.md': 'Why' }, { email: 'ann@example.com' });
    const commit = await bench.merge(request, biggerShop);

    const run = await bench.plane.untilRun('shop', 'succeeded', commit);
    expect(run.revision).toBe(commit);
    expect(await bench.approvals(request.number)).toMatchObject([{ state: 'used' }]);
  });

  it('that was closed and opened again is planned again, and its approval stays for what it was for', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const bob = await bench.member('bob', 'approver', ['ops']);
    const request = await bench.propose(biggerShop);
    await bench.say(request, bob, await bench.commandIn(request));
    await bench.untilStatusOf(request, 'trueup/approval', 'passed');

    bench.remote.close(request.number);
    await bench.hint();
    await bench.plane.until('it to be closed', async () => {
      const { items } = await bench.plane.admin.changeSets({}, { limit: 9 });
      return items[0]?.phase === 'closed';
    });
    bench.remote.reopen(request.number);
    await bench.pushTo(request, evenBigger);

    await bench.untilStatusOf(request, 'trueup/approval', 'pending');
    expect(await bench.untilComment(request, 'waits for')).not.toContain('**approved**');
    expect(await bench.approvals(request.number)).toMatchObject([{ state: 'dropped' }]);
  });
});
