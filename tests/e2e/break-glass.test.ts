import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { configMap, project } from './harness/manifests.ts';

const rules = `rules:
  - stacks: [shop]
    approvals: { count: 2, from: [group:ops] }
    freeze: [{ cron: "* * * * *", for: 1h }]
`;

describe.each(clusters)('on %s', (_name, open) => {
  it('who may break the glass gets one plan through, approvals and freeze or not', async () => {
    await using here = await install(open);
    const text = project({ context: here.cluster.context, rules });
    const revision = await here.push({
      'trueup.yaml': text,
      'shop/a.yaml': configMap(here.namespace, 'a', 'one'),
    });
    const run = await here.runIn('shop', revision, 'awaiting-approval');
    const request = {
      params: { run: run.id },
      body: { digest: run.plan?.digest ?? '', reason: 'The shop is down.' },
    };

    const refused = await here.api.breakGlass(request).catch(String);
    const grants = [{ role: 'admin' }, { role: 'emergency' }] as const;
    const settings = { grants, groups: [], emails: [], identities: [] };
    await here.api.putMember({ params: { member: 'ada' }, body: settings });
    await here.api.breakGlass(request);
    const done = await here.succeeded('shop', revision);

    expect(refused).toContain('you may not break-glass');
    expect(done).toMatchObject({
      id: run.id,
      brokenGlass: { by: 'member:ada', reason: 'The shop is down.' },
    });
    expect((await here.get('configmaps/a')).data).toEqual({ value: 'one' });
    const { items } = await here.api.audit({ query: { limit: 100 } });
    expect(items.map(({ event }) => event)).toContain('approval:break-glass');

    // The next one is an ordinary run again.
    const next = await here.push({ 'shop/a.yaml': configMap(here.namespace, 'a', 'two') });
    expect((await here.runIn('shop', next, 'awaiting-approval')).brokenGlass).toBeUndefined();
  });
});
