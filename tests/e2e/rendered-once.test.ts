/** Doing nothing costs nothing (P7): a chart that nobody changed is not rendered. */
import { existsSync, mkdirSync, watch } from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { openSandbox } from './harness/cluster.ts';
import { type Installation, install } from './harness/installation.ts';
import { project } from './harness/manifests.ts';
import { poll } from './harness/poll.ts';

const assets = process.env['KUBEBUILDER_ASSETS'] ?? '';
const hasHelm = existsSync(join(assets === '' ? '/nowhere' : assets, 'helm'));

describe.runIf(hasHelm)('on a sandbox', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('a chart is rendered when it changes, and at no other time', async () => {
    await using here = await install(() => openSandbox());
    await here.kill();
    using renderings = countRenderings(here);
    vi.stubEnv('PATH', `${assets}:${process.env['PATH']}`);
    await here.start();
    await here.succeeded('shop', await here.push(filesOf(here, 'ours')));
    const once = renderings.count();

    const second = await here.push({ 'readme.txt': 'of no stack' });
    await poll('it is taken up', async () => {
      const { items } = await here.api.repositories();
      return items[0]?.head === second;
    });
    await here.patch('configmaps/shop', { data: { value: 'theirs' } });
    await poll('drift is seen', () => findDrift(here, 'open'));
    await here.patch('configmaps/shop', { data: { value: 'ours' } });
    await poll('drift is gone', () => findDrift(here, 'closed'));
    const quiet = renderings.count();
    await here.succeeded('shop', await here.push(filesOf(here, 'new')));

    expect([once, quiet]).toEqual([1, 1]);
    expect(renderings.count()).toBe(2);
  });
});

async function findDrift({ api }: Installation, state: string): Promise<unknown> {
  const { items } = await api.drift({ query: { stack: 'infra/shop', limit: 10 } });
  return items.find((item) => item.state === state);
}

/** A chart is laid out in a folder of its own each time that it is rendered. */
function countRenderings({ folder }: Installation): Disposable & { count(): number } {
  const place = join(folder, 'tmp');
  const seen = new Set<string>();
  mkdirSync(place);
  const watcher = watch(place, (_event, name) => {
    if (name?.startsWith('trueup-files-')) seen.add(name);
  });
  vi.stubEnv('TMPDIR', place);
  return { count: () => seen.size, [Symbol.dispose]: () => watcher.close() };
}

function filesOf({ namespace, cluster }: Installation, value: string): Record<string, string> {
  return {
    'trueup.yaml': project({ context: cluster.context }),
    'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n',
    'shop/templates/a.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "{{ .Release.Name }}", namespace: ${namespace} }\ndata: { value: ${value} }\n`,
  };
}
