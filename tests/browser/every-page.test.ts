import { describe, expect, it } from 'vitest';

import { repository, Shop } from './harness/shop.ts';
import { browserProgram } from './harness/visitor.ts';

describe.runIf(browserProgram)('with a browser', () => {
  it('every page shows itself without an error, within its policy, and reads without a mouse', async () => {
    await using shop = await Shop.open();
    const { here, hosted } = shop;
    await hosted.push('topic', shop.door('two'));
    const number = await shop.openRequest('topic', 'Another door');
    await shop.planned(number);
    const [run] = (await here.api.runs({ query: { limit: 1 } })).items;
    const [rollout] = (await here.api.rollouts({ query: { limit: 1 } })).items;
    await using eve = await shop.visit('eve', 'approver');

    const pages: readonly (readonly [address: string, heading: RegExp])[] = [
      ['/', /./],
      ['/merge-requests', /Merge requests/],
      [`/repositories/${repository}/merge-requests`, /shop/],
      [`/repositories/${repository}/merge-requests/${number}`, /Another door/],
      [`/repositories/${repository}/merge-requests/${number}?tab=discussion`, /Another door/],
      [`/repositories/${repository}/merge-requests/${number}?tab=files`, /Another door/],
      [`/repositories/${repository}/stacks/shop`, /shop/],
      [`/repositories/${repository}/runs/${run?.id}`, /./],
      [`/rollouts/${rollout?.id}`, /./],
      [`/repositories/${repository}/files`, /Files/],
      [`/repositories/${repository}/files?path=shop/a.yaml`, /Files/],
      [`/repositories/${repository}/history?path=shop/a.yaml`, /History/],
      [`/repositories/${repository}/edit?path=shop/a.yaml`, /Edit/],
      [`/repositories/${repository}/edit?path=shop&kind=new`, /New file/],
      [`/repositories/${repository}/edit?path=shop/a.yaml&kind=remove`, /Remove/],
      ['/repositories', /Repositories/],
      ['/members', /Members/],
      ['/sign-ins', /Where you are signed in/],
      ['/runs', /./],
      ['/drift', /Drift/],
      ['/audit', /./],
      ['/no/such/page', /no such page/],
      [`/repositories/none/files`, /Files/],
    ];
    for (const [index, [address, heading]] of pages.entries()) {
      await eve.goto(address);
      await eve.heading(heading).waitFor();
      await eve.settled();
      await eve.picture(`page-${String(index).padStart(2, '0')}`);
      expect([address, eve.problems]).toEqual([address, []]);
      const marks =
        'document.querySelectorAll("main").length + ":" + document.documentElement.lang';
      expect([address, await eve.page.evaluate(marks)]).toEqual([address, '1:en']);
    }
  });
});
