import { describe, expect, it } from 'vitest';

import { poll } from '../e2e/harness/poll.ts';
import { repository, Shop } from './harness/shop.ts';
import { browserProgram } from './harness/visitor.ts';

describe.runIf(browserProgram)('with a browser', () => {
  it('a run that somebody else began shows by itself, and tells its steps', async () => {
    await using shop = await Shop.open();
    const { api } = shop.here;
    const bob = await shop.hosted.member('bob', 'approver');
    const place = `/repositories/${repository}/stacks/shop?tab=history`;
    await using eve = await shop.visit('eve', 'viewer', place);
    await eve.sees('A revision was brought');
    await eve.page.evaluate('window.sameDocument = true');

    const head = await shop.hosted.push('topic', shop.door('two'));
    const number = await shop.openRequest('topic');
    await shop.planned(number);
    const { items } = await api.changeSets({ query: { repository, number, limit: 1 } });
    const params = { changeSet: items[0]?.id ?? '' };
    await bob.approveChangeSet({ params, body: { digest: items[0]?.digest ?? '' } });
    const merge = { params: { repository, number }, body: { commit: head } };
    const end = await poll('it is merged', async () => {
      const answer = await api.mergeMergeRequest(merge).catch(() => undefined);
      return answer?.kind === 'merged' && answer;
    });
    await eve.sees(end.commit.slice(0, 8));
    await eve.page.getByRole('link', { name: 'A revision was brought' }).first().click();
    await eve.heading(/succeeded/i).waitFor();
    await eve.sees('Wave 1');
    await eve.picture('run');

    expect(await eve.page.evaluate('window.sameDocument')).toBe(true);
    expect(await eve.text()).toMatch(/done\s+~?\s*update\s+ConfigMap/);
    expect(await shop.value()).toBe('two');
    expect(eve.problems).toEqual([]);
  }, 240_000);
});
