import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { configMap, project } from './harness/manifests.ts';
import { poll } from './harness/poll.ts';

describe.each(clusters)('on %s', (_name, open) => {
  it('a force-pushed branch is followed like any other revision', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const map = (value: string) => ({ 'shop/a.yaml': configMap(here.namespace, 'a', value) });
    const first = await here.push({ 'trueup.yaml': project({ context }), ...map('one') });
    await here.succeeded('shop', first);
    await here.succeeded('shop', await here.push(map('two')));

    const forced = here.remote.forceBack(1, map('three'));
    await here.hint();
    await here.succeeded('shop', forced);

    expect((await here.get('configmaps/a')).data.value).toBe('three');
  });

  it('of a hundred commits that come during one run, the newest is what follows', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const map = (value: string) => ({ 'shop/a.yaml': configMap(here.namespace, 'a', value) });
    const first = await here.push({ 'trueup.yaml': project({ context }), ...map('0') });
    await here.succeeded('shop', first);

    let revision = '';
    for (let commit = 1; commit <= 100; commit += 1) {
      revision = here.remote.push(map(String(commit)));
      if (commit % 10 === 0) await here.hint();
    }
    await here.hint();
    await here.succeeded('shop', revision);

    expect((await here.get('configmaps/a')).data.value).toBe('100');
    const { items } = await here.api.runs({ query: { stack: 'infra/shop', limit: 100 } });
    expect(items.every(({ phase }) => ['succeeded', 'superseded'].includes(phase.name))).toBe(true);
    expect(items.length).toBeLessThan(30);
  });

  it('broken YAML in one stack leaves the others working, and is told by line', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const revision = await here.push({
      'trueup.yaml': project({ context, stacks: ['good', 'bad'] }),
      'good/a.yaml': configMap(here.namespace, 'good', 'one'),
      'bad/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bad\ndata: {}\n',
    });

    await here.succeeded('good', revision);
    const failed = await here.runIn('bad', revision, 'failed');

    expect(failed.phase).toMatchObject({ extent: 'nothing', failure: { family: 'stalled' } });
    expect((await here.stack('bad'))?.diagnostics).toMatchObject([
      { severity: 'error', origin: { file: 'bad/a.yaml', line: expect.any(Number) } },
    ]);
    const mended = await here.push({ 'bad/a.yaml': configMap(here.namespace, 'bad', 'one') });
    await here.succeeded('bad', mended);
  });

  it('a trueup.yaml that cannot be read stops nothing and orphans nothing', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    const first = await here.push({
      'trueup.yaml': project({ context }),
      'shop/a.yaml': configMap(here.namespace, 'a', 'one'),
    });
    await here.succeeded('shop', first);

    await here.push({ 'trueup.yaml': 'stacks: [' });
    const found = await poll('it is told', async () => {
      const { items } = await here.api.diagnostics();
      return items[0];
    });

    expect(found).toMatchObject({ repository: 'infra', origin: { file: 'trueup.yaml' } });
    expect((await here.stack('shop'))?.standing).toBe('active');
  });
});
