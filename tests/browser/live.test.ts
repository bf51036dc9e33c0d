import { describe, expect, it } from 'vitest';

import { CuttableLine } from './harness/cuttable-line.ts';
import { repository, Shop } from './harness/shop.ts';
import { browserProgram } from './harness/visitor.ts';

describe.runIf(browserProgram)('with a browser', () => {
  it('a page says when it is cut off, shows afterwards what it missed, and keeps what was being written', async () => {
    await using shop = await Shop.open();
    const { api } = shop.here;
    await using line = await CuttableLine.open(shop.here.baseUrl);
    const place = `/repositories/${repository}/edit?path=shop/a.yaml`;
    await using eve = await shop.visit('eve', 'approver', place, line.baseUrl);
    await eve.sees(/^Live$/);
    await eve.field('Content').fill('half a thought');

    await line.cut();
    await eve.sees(/^Reconnecting · as of \d/);
    await eve.picture('reconnecting');
    await shop.hosted.push('meanwhile', shop.door('two'));
    await shop.openRequest('meanwhile', 'Opened meanwhile');
    await line.mend();
    await eve.sees(/^Live$/);
    await eve.link('Merge requests').click();
    await eve.sees('Opened meanwhile');
    await eve.page.goBack();

    await eve.field('Content').fill('half a thought');
    const params = { member: 'eve' };
    const { items } = await api.browserSessions({ params });
    for (const { id } of items) {
      await api.endBrowserSession({ params: { ...params, session: id } });
    }
    await line.cut();
    await line.mend();
    await eve.sees('Your session is over');
    await eve.picture('session-over');
    const { token } = await api.createToken({ params, body: { label: 'again' } });
    await eve.field('Token').fill(token);
    await eve.button('Sign in').click();
    await eve.button('Sign out').waitFor();

    expect(await eve.field('Content').inputValue()).toBe('half a thought');
    await eve.sees(/^Live$/);
    expect(eve.problems.filter((problem) => !/net::ERR_/.test(problem))).toEqual([]);
  });
});
