import { describe, expect, it } from 'vitest';

import { poll } from '../e2e/harness/poll.ts';
import { repository, Shop } from './harness/shop.ts';
import { browserProgram } from './harness/visitor.ts';

describe.runIf(browserProgram)('with a browser', () => {
  it('what moved while somebody looked is not approved before they looked again', async () => {
    await using shop = await Shop.open();
    const { api } = shop.here;
    await shop.hosted.push('topic', shop.door('two'));
    const number = await shop.openRequest('topic');
    await shop.planned(number);
    const place = `/repositories/${repository}/merge-requests/${number}`;
    await using eve = await shop.visit('eve', 'approver', place);
    await eve.sees('two');
    const newest = async () => {
      const { items } = await api.changeSets({ query: { repository, number, limit: 1 } });
      return items[0];
    };
    const first = await newest();
    const asked: (string | null)[] = [];
    eve.page.on('request', (request) => {
      if (request.url().endsWith('/approvals')) asked.push(request.postData());
    });

    const head = await shop.hosted.push('topic', shop.door('three'));
    const moved = await poll('it is planned again', async () => {
      const found = await newest();
      return found?.head === head && found.phase === 'planned' && found;
    });
    await eve.sees('The plan moved while you looked');
    await eve.picture('moved-plan');
    const isApproveDisabled = await eve.button('Approve exactly this').isDisabled();
    const textBefore = await eve.text();
    await eve.button('Show the new plan').click();
    await eve.sees('three');
    await eve.button('Approve exactly this').click();
    await eve.sees('Approved: shop/shop');

    expect(moved.digest).not.toBe(first?.digest);
    expect(isApproveDisabled).toBe(true);
    expect(textBefore).toContain('two');
    const { items } = await api.changeSetApprovals({ params: { changeSet: moved.id } });
    expect(items.map(({ actor, state }) => [actor, state])).toEqual([['eve', 'given']]);
    expect(asked).toEqual([JSON.stringify({ digest: moved.digest })]);

    await eve.button(/^Merge(?: when green)?$/).click();
    await poll('what she saw is there', async () => (await shop.value()) === 'three');
    expect(eve.problems).toEqual([]);
  }, 240_000);
});
