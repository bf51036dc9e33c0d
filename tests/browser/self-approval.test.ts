import { describe, expect, it } from 'vitest';

import { repository, Shop } from './harness/shop.ts';
import { browserProgram } from './harness/visitor.ts';

describe.runIf(browserProgram)('with a browser', () => {
  it('nobody approves a plan of their own, and is told why', async () => {
    await using shop = await Shop.open();
    const place = '/repositories/shop/edit?path=shop/a.yaml';
    await using dana = await shop.visit('dana', 'approver', place);
    await dana.field('Content').fill(shop.door('two')['shop/a.yaml'] ?? '');
    await dana.button('Open a merge request').click();

    await dana.button('Approve exactly this').click();
    const refusal = dana.page.getByRole('alert');
    await refusal.waitFor();
    await dana.picture('self-approval');

    expect(await refusal.innerText()).toMatch(/author|wrote/i);
    const number = Number(dana.path.split('/').at(-1));
    expect(await dana.button(/^Merge/).innerText()).toBe('Merge when green');
    const { items } = await shop.here.api.changeSets({ query: { repository, number, limit: 1 } });
    const params = { changeSet: items[0]?.id ?? '' };
    const { stacks } = await shop.here.api.changeSet({ params });
    expect(Object.values(stacks).map(({ approval }) => approval?.covered)).toEqual([false]);
    expect(await shop.value()).toBe('one');
    expect(dana.problems).toEqual([]);
  });
});
