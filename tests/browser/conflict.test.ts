import { describe, expect, it } from 'vitest';

import { repository, Shop } from './harness/shop.ts';
import { browserProgram } from './harness/visitor.ts';

describe.runIf(browserProgram)('with a browser', () => {
  it('what does not merge is seen side by side, solved, and planned anew', async () => {
    await using shop = await Shop.open();
    const { here, hosted } = shop;
    await hosted.push('ours', shop.door('ours'));
    await hosted.git('checkout', '--quiet', 'main');
    await hosted.push('theirs', shop.door('theirs'));
    const number = await shop.openRequest('theirs');
    const params = { repository, number };
    const protections = [{ pattern: 'main', checks: [], approvals: 0, resolvedThreads: false }];
    const body = { protections, mergeMethods: ['merge'] } as const;
    await here.api.changeHosting({ params: { repository }, body });
    const first = { repository, number: await shop.openRequest('ours') };
    const { source } = await here.api.mergeRequest({ params: first });
    await here.api.mergeMergeRequest({ params: first, body: { commit: source.commit } });

    const place = `/repositories/shop/merge-requests/${number}`;
    await using dana = await shop.visit('dana', 'approver', place);
    await dana.link('See the conflicts, and solve them').click();
    await dana.heading(/^Conflicts$/).waitFor();
    await dana.picture('conflicts');
    await dana.button('Take this').last().click();
    await dana.button('Commit the solution').click();
    await dana.heading(/Change/).waitFor();
    await dana.sees('Merges cleanly');
    await dana.picture('conflicts-solved');

    expect((await here.api.mergeConflicts({ params })).kind).toBe('merges');
    const file = { revision: 'theirs', path: 'shop/a.yaml' };
    const { content } = await here.api.readPath({ params: { repository }, query: file });
    expect(content).toMatchObject({ text: shop.door('theirs')['shop/a.yaml'] });
    expect(dana.problems).toEqual([]);
  });
});
