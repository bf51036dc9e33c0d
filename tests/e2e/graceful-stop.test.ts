import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { annotated, configMap, inWave, project } from './harness/manifests.ts';

describe.each(clusters)('on %s', (_name, open) => {
  it('a server that is asked to stop in the middle of a run leaves it to the next one', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const gate = configMap(here.namespace, 'gate', 'closed');
    const revision = await here.push({
      'trueup.yaml': project({ context }),
      'shop/gate.yaml': annotated(gate, 'trueup.dev/health-current: "has(self.data.open)"'),
      'shop/a.yaml': inWave(1, configMap(here.namespace, 'a', 'one')),
    });
    const before = await here.runIn('shop', revision, 'settling');

    const first = here.server;
    await here.kill('SIGTERM');
    expect(await first?.ended).toBe(0);
    expect(first?.output).not.toContain('did not stop');
    await here.patch('configmaps/gate', { data: { open: 'yes' } });
    await here.start();

    const run = await here.succeeded('shop', revision);
    expect(run.id).toBe(before.id);
    expect(run.counts).toMatchObject({ done: 2, failed: 0 });
  });
});
