import { describe, expect, it } from 'vitest';

import { poll } from '../e2e/harness/poll.ts';
import { repository, Shop } from './harness/shop.ts';
import { browserProgram } from './harness/visitor.ts';

describe.runIf(browserProgram)('with a browser', () => {
  it('a run whose plan moved shows both plans, says who is asked, and goes on when they approve', async () => {
    await using shop = await Shop.open();
    const { api } = shop.here;
    const head = await shop.hosted.push('topic', shop.door('two'));
    const number = await shop.openRequest('topic');
    await shop.planned(number);
    const bob = await shop.hosted.member('bob', 'approver');
    const { items } = await api.changeSets({ query: { repository, number, limit: 1 } });
    const params = { changeSet: items[0]?.id ?? '' };
    await bob.approveChangeSet({ params, body: { digest: items[0]?.digest ?? '' } });
    await shop.here.patch('configmaps/door', { data: { value: 'by hand' } });
    const request = { params: { repository, number }, body: { commit: head } };
    const merged = await poll('it is merged', async () => {
      const answer = await api.mergeMergeRequest(request).catch(() => undefined);
      return answer?.kind === 'merged' && answer.commit;
    });
    const run = await poll('it is held', async () => {
      const { items: runs } = await api.runs({ query: { limit: 20 } });
      const own = runs.find(({ revision }) => revision === merged);
      return own?.phase.name === 'held' && own.id;
    });

    await using vic = await shop.visit('vic', 'viewer', `/repositories/${repository}/runs/${run}`);
    await vic.sees('What moved since the approval');
    const shownToViewer = await vic.text();
    await using eve = await shop.visit('eve', 'approver', vic.path);
    const difference = eve.page.getByRole('region', { name: 'What moved since the approval' });
    await difference.getByText('by hand').waitFor();
    await eve.picture('held-run');
    const sides = await difference.innerText();
    const page = await eve.text();
    await eve.button('Approve this plan').click();
    await eve.heading(/succeeded/i).waitFor();

    expect(sides).toMatch(/Approved[\s\S]*one[\s\S]*two[\s\S]*Now[\s\S]*by hand[\s\S]*two/);
    expect(page).toContain('1 approval, not by who wrote it');
    expect(shownToViewer).toContain('Approving takes the role approver');
    expect(await vic.button(/Approve|Resume|Cancel/).count()).toBe(0);
    expect(await shop.value()).toBe('two');
    expect([...eve.problems, ...vic.problems]).toEqual([]);
  });
});
