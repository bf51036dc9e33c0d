import { StandInHooks } from '@trueup/control-plane/testing';
import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { configMap, project } from './harness/manifests.ts';
import { poll } from './harness/poll.ts';

describe.each(clusters)('on %s', (_name, open) => {
  it('an alert outlives a server that is killed while it is on its way, and keeps its id', async () => {
    await using here = await install(open);
    await using hooks = await StandInHooks.open();
    const { context } = here.cluster;
    const uses = [{ kind: 'alert', name: 'infra' }] as const;
    await here.api.putSecret({ params: { secret: 'key' }, body: { value: hooks.key, uses } });
    const to = `{ webhook: { url: "${hooks.url('/events')}", signature: { secret: key } } }`;
    const alerts = `alerts: [{ name: ci, to: ${to}, on: [drift:opened] }]`;
    const revision = await here.push({
      'trueup.yaml': project({ context, rules: alerts }),
      'shop/a.yaml': configMap(here.namespace, 'a', 'one'),
    });
    await here.succeeded('shop', revision);
    const asked: unknown[] = [];
    hooks.behave = ({ headers }) => asked.push(headers['webhook-id']) > 0;

    await here.patch('configmaps/a', { data: { value: 'by hand' } });
    await poll('somebody is told', async () => asked.length > 0);
    await here.kill();
    hooks.behave = () => false;
    await here.start();
    await poll('the message is taken', async () => hooks.taken.length > 0);
    await poll('the outbox knows', async () => {
      const { items } = await here.api.alerts({ query: { state: 'sent' } });
      return items.length === 1;
    });

    const [taken] = hooks.taken;
    expect(hooks.taken).toHaveLength(1);
    expect(taken?.headers['webhook-id']).toBe(asked[0]);
    expect(taken?.body).toMatchObject({
      type: 'dev.trueup.drift.opened',
      data: { stacks: ['infra/shop'], count: 1 },
    });
  });
});
