import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { configMap, project } from './harness/manifests.ts';
import { poll } from './harness/poll.ts';

describe.each(clusters)('on %s', (_name, open) => {
  it('drift is reported where no rule heals, and forgotten when it returns', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const revision = await here.push({
      'trueup.yaml': project({ context }),
      'shop/a.yaml': configMap(here.namespace, 'a', 'one'),
    });
    await here.succeeded('shop', revision);
    await here.patch('configmaps/a', { data: { value: 'by hand' } });
    const find = async (state: string) => {
      const { items } = await here.api.drift({ query: { stack: 'infra/shop', limit: 10 } });
      return items.find((item) => item.state === state);
    };
    await poll('drift is seen', () => find('open'));
    expect((await here.get('configmaps/a')).data.value).toBe('by hand');

    await here.patch('configmaps/a', { data: { value: 'one' } });
    await poll('drift is gone', () => find('closed'));
  });

  it('drift is adopted: what Git asks for then is what is there, and no run writes', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const shop = (value: string) => `# kept\n${configMap(here.namespace, 'a', value)}`;
    const first = { 'trueup.yaml': project({ context }), 'shop/a.yaml': shop('one') };
    await here.succeeded('shop', await here.push(first));
    await here.patch('configmaps/a', { data: { value: "it's {{ 1 }}\n- x: #" } });
    const items = async () =>
      (await here.api.drift({ query: { stack: 'infra/shop', limit: 10 } })).items;
    await poll('drift is seen', async () => (await items())[0]);
    const before = (await here.get('configmaps/a')).metadata.resourceVersion;

    const asked = { params: { repository: 'infra', stack: 'shop' }, body: { preview: true } };
    const { patch, fields, refused } = await here.api.adopt(asked);
    const added = patch.split('\n').filter((line) => /^\+(?!\+)/.test(line));
    const text = shop('one').replace(
      '  value: "one"',
      added.map((line) => line.slice(1)).join('\n'),
    );
    await here.succeeded('shop', await here.push({ 'shop/a.yaml': text }));

    expect([fields.length, refused]).toEqual([1, []]);
    const closed = await poll('drift is closed', async () =>
      (await items()).find(({ state }) => state === 'closed'),
    );
    expect(closed.closedBy).toBe('adopted');
    expect((await here.get('configmaps/a')).metadata.resourceVersion).toBe(before);
  });
});
