import { describe, expect, it } from 'vitest';

import { repository, Shop } from './harness/shop.ts';
import { browserProgram } from './harness/visitor.ts';

describe.runIf(browserProgram)('with nothing but a browser', () => {
  it('a file is changed by a merge request whose plan another member approves, and that is applied', async () => {
    await using shop = await Shop.open();
    await using dana = await shop.visit('dana', 'approver', '/repositories/shop/files');

    await dana.settled();
    await dana.link('shop').last().click();
    await dana.link('a.yaml').click();
    await dana.sees('value: "one"');
    await dana.picture('file');
    await dana.link('Edit').click();
    await dana.field('Content').fill(shop.door('two')['shop/a.yaml'] ?? '');
    await dana.field('Title').fill('Open the second door');
    await dana.picture('edit');
    await dana.button('Open a merge request').click();
    await dana.heading(/Open the second door/).waitFor();
    await dana.sees('data.value');
    await dana.picture('merge-request');
    expect(await shop.value()).toBe('one');

    await using ben = await shop.visit('ben', 'approver', dana.path);
    await ben.button('Approve exactly this').click();
    await ben.sees(/^Approved: /);
    await ben.picture('approved');

    await dana.button(/^Merge/).click();
    await dana.sees(/Merged by/);
    const params = { repository, number: Number(dana.path.split('/').at(-1)) };
    const { merged } = await shop.here.api.mergeRequest({ params });
    const run = await shop.applied(merged?.commit ?? '');
    await dana.goto(`/repositories/shop/runs/${run}`);
    await dana.heading(/succeeded/i).waitFor();
    await dana.picture('run');

    expect(await shop.value()).toBe('two');
    expect([...dana.problems, ...ben.problems]).toEqual([]);
  });
});
