import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { configMap, project } from './harness/manifests.ts';
import { poll } from './harness/poll.ts';

describe.each(clusters)('on %s', (_name, open) => {
  it('a finalizer that hangs is waited for', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const held = configMap(here.namespace, 'held', 'one').replace(
      'metadata:\n',
      'metadata:\n  finalizers: [example.com/hold]\n',
    );
    const files = {
      'trueup.yaml': project({ context }),
      'shop/a.yaml': configMap(here.namespace, 'a', 'one'),
      'shop/held.yaml': held,
    };
    await here.succeeded('shop', await here.push(files));

    const revision = await here.push({ 'shop/held.yaml': undefined });
    await poll('it is going', async () => {
      return (await here.get('configmaps/held'))?.metadata.deletionTimestamp;
    });
    const run = await here.runIn('shop', revision, 'applying', 'waiting');
    expect(run.phase.name).toBe('applying');
    await here.patch('configmaps/held', { metadata: { finalizers: null } });

    await here.succeeded('shop', revision);
    expect(await here.get('configmaps/held')).toBeUndefined();
  });
});
