/** Two tools, taken back as one: a registry by HTTP in this process, and a cluster. */
import type { ApiClient } from '@trueup/api';
import {
  type LoopbackRegistry,
  startLoopbackRegistry,
  storeArtifact,
} from '@trueup/registries/testing';
import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { createHostedProject } from './harness/hosted-project.ts';
import { install } from './harness/installation.ts';
import { configMap } from './harness/manifests.ts';
import { poll } from './harness/poll.ts';

const repository = 'shop';

describe.each(clusters)('on %s', (_name, open) => {
  it('what one commit brought to a registry and a cluster is taken back by one merge request', async () => {
    await using registry = await startLoopbackRegistry();
    const [one, two] = ['one', 'two'].map((text) =>
      storeArtifact(registry.repository('shop/web'), undefined, [text]),
    );
    await using here = await install(open);
    const { api } = here;
    const hosted = await createHostedProject(here);
    const files = (digest: string, value: string) => ({
      'trueup.yaml': `apiVersion: trueup.dev/v1
targets:
  images: { oci: { registry: "${registry.host}" } }
  main: { kubernetes: { context: ${here.cluster.context} } }
stacks:
  - { name: images, path: images, target: images }
  - { name: shop, path: shop, target: main, after: [images] }
`,
      'images/registry.yaml': `tags: [{ repository: shop/web, tag: production, from: "shop/web@${digest}" }]\n`,
      'shop/a.yaml': configMap(here.namespace, 'web', value),
    });
    const rolledOut = (revision: string) =>
      poll(
        'it is rolled out',
        async () => {
          const { items } = await api.rollouts({ query: { limit: 10 } });
          return items.find((item) => item.revision === revision && item.phase === 'succeeded');
        },
        () => here.output.slice(-3000),
      );
    await rolledOut(await hosted.push('main', files(one ?? '', 'one')));
    await hosted.push('topic', files(two ?? '', 'two'));
    const merged = await merge(here.api, 'topic');
    const rollout = await rolledOut(merged);
    expect(await tagOf(registry)).toBe(two);
    expect((await here.get('configmaps/web')).data).toEqual({ value: 'two' });

    const params = { rollout: rollout.id };
    const told = await api.rollbackOf({ params });
    expect(told.obstacle).toBeUndefined();
    expect(told.stacks.map(({ stack, count, leaves }) => [stack, count, leaves.length])).toEqual([
      ['shop/images', 1, 1],
      ['shop/shop', 1, 0],
    ]);
    const { number } = await api.rollbackRollout({ params, body: { reason: 'errors' } });
    const set = await poll('one plan of both', async () => {
      const { items } = await api.changeSets({ query: { repository, number, limit: 1 } });
      return items[0]?.phase === 'planned' ? items[0] : undefined;
    });
    expect(Object.keys(set.stacks).sort()).toEqual(['shop/images', 'shop/shop']);
    const { source } = await api.mergeRequest({ params: { repository, number } });
    const end = await api.mergeMergeRequest({
      params: { repository, number },
      body: { commit: source.commit },
    });
    await rolledOut(end.kind === 'merged' ? end.commit : '');

    expect(await tagOf(registry)).toBe(one);
    expect((await here.get('configmaps/web')).data).toEqual({ value: 'one' });
  });
});

async function merge(api: ApiClient, source: string): Promise<string> {
  const opened = await api.openMergeRequest({
    params: { repository },
    body: { source, title: 'Change it' },
  });
  const params = { repository, number: opened.number };
  const body = { commit: opened.source.commit };
  const end = await api.mergeMergeRequest({ params, body });
  if (end.kind !== 'merged') throw new Error(end.kind);
  return end.commit;
}

/** What the tag points at. */
async function tagOf(registry: LoopbackRegistry): Promise<string | null> {
  const answer = await fetch(`http://${registry.host}/v2/shop/web/manifests/production`, {
    method: 'HEAD',
    headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
  });
  return answer.headers.get('docker-content-digest');
}
