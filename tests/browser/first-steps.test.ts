import { describe, expect, it } from 'vitest';

import { openSandbox } from '../e2e/harness/cluster.ts';
import { install } from '../e2e/harness/installation.ts';
import { configMap, project } from '../e2e/harness/manifests.ts';
import { poll } from '../e2e/harness/poll.ts';
import { browserProgram, Visitor } from './harness/visitor.ts';

describe.runIf(browserProgram)('with nothing but a browser', () => {
  it('an administrator makes a repository, begins it, and sees its stack run, and lets somebody in', async () => {
    await using here = await install(() => openSandbox());
    const { context } = here.cluster;
    const params = { member: 'ada' };
    const { token } = await here.api.createToken({ params, body: { label: 'browser' } });
    await using ada = await Visitor.openSignedIn(here.baseUrl, { token, path: '/' });

    await ada.sees('No stack yet');
    await ada.picture('first-nothing');
    await ada.link('repository').click();
    await ada.button('New repository').click();
    await ada.field('Name').fill('shop');
    await ada.picture('first-repository');
    await ada.button('Make it').click();
    await ada.sees('Nothing lies here yet');
    await ada.picture('first-empty');
    await ada.field('Content').fill(project({ context }));
    await ada.button('Commit').click();
    await ada.link('trueup.yaml').waitFor();

    await ada.link('New file').click();
    await ada.heading(/New file/).waitFor();
    await ada.field('Path').fill('shop/a.yaml');
    await ada.field('Content').fill(configMap(here.namespace, 'door', 'one'));
    await ada.field('Title').fill('Two doors');
    await ada.field('Branch').last().fill('edit-a-yaml');
    await ada.button('Open a merge request').click();
    await ada.heading(/Two doors/).waitFor();
    await ada.link('edit-a-yaml').click();
    await ada.link('New file').click();
    await ada.heading(/New file/).waitFor();
    await ada.field('Path').fill('shop/b.yaml');
    await ada.field('Content').fill(configMap(here.namespace, 'gate', 'two'));
    await ada.picture('first-second-file');
    await ada.button('Commit').click();
    await ada.heading(/Files/).waitFor();
    await ada.link('Merge requests').click();
    await ada.link('Two doors').click();
    await ada.sees('ConfigMap');
    const newer = ada.button('Show the new plan');
    const second = ada.page.getByText('gate').first();
    await poll('the plan of both files is there', async () => {
      if (await second.isVisible()) return true;
      if (await newer.isVisible()) await newer.click({ timeout: 1000 }).catch(() => undefined);
      return false;
    });
    await ada.button(/^Merge/).click();
    await ada.sees(/Merged by/);
    await ada.link('Stacks').click();
    await ada.sees('as in Git');
    await ada.link('Members').click();
    await ada.field('Name').fill('bob');
    await ada.field('Role').selectOption('approver');
    await ada.button('Let in').click();
    const row = ada.page.getByRole('listitem').filter({ hasText: 'bob' });
    await row.getByRole('button', { name: 'Make a token' }).click();
    await ada.field('A token of yours').fill(token);
    await row.getByRole('button', { name: 'Make it' }).click();
    const given = await row.locator('code').innerText();
    await using bob = await Visitor.openSignedIn(here.baseUrl, { token: given, path: '/' });
    await bob.link('bob').waitFor();

    const found = await Promise.all(['door', 'gate'].map((name) => here.get(`configmaps/${name}`)));
    expect(found.map(({ data }) => data.value)).toEqual(['one', 'two']);
    expect([...ada.problems, ...bob.problems]).toEqual([]);
  });
});
