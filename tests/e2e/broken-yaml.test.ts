import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { configMap, project } from './harness/manifests.ts';

describe.each(clusters)('on %s', (_name, open) => {
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
});
