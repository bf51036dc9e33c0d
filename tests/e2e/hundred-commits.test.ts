import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { annotated, configMap, inWave, project } from './harness/manifests.ts';

describe.each(clusters)('on %s', (_name, open) => {
  it('of a hundred commits that come during one run, the newest is what follows', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const map = (value: string) => ({
      'shop/a.yaml': inWave(1, configMap(here.namespace, 'a', value)),
    });
    const first = await here.push({
      'trueup.yaml': project({ context }),
      'shop/gate.yaml': gate(here.namespace),
      ...map('0'),
    });
    await here.runIn('shop', first, 'settling');

    let revision = '';
    for (let commit = 1; commit <= 100; commit += 1) {
      here.remote.commit(map(String(commit)));
      if (commit % 10 === 0) revision = await here.push({});
    }
    await here.patch('configmaps/gate', { data: { open: 'yes' } });
    await here.succeeded('shop', revision);

    expect((await here.get('configmaps/a')).data.value).toBe('100');
    const { items } = await here.api.runs({ query: { stack: 'infra/shop', limit: 100 } });
    expect(items.every(({ phase }) => ['succeeded', 'superseded'].includes(phase.name))).toBe(true);
    expect(items.at(-1)).toMatchObject({ revision: first, phase: { name: 'superseded' } });
    // One for each time that somebody told of a push, at most.
    expect(items.length).toBeLessThanOrEqual(11);
  });
});

/** The first wave is healthy once somebody opens it: until then the run stays. */
function gate(namespace: string): string {
  const health = 'trueup.dev/health-current: "has(self.data.open)"';
  return annotated(configMap(namespace, 'gate', 'closed'), health);
}
