/** Nothing is deleted by accident (P3). */
import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { type Installation, install } from './harness/installation.ts';
import { configMap, project } from './harness/manifests.ts';
import { poll } from './harness/poll.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f'];

describe.each(clusters)('on %s', (_name, open) => {
  it('an empty render is refused, and deletes nothing', async () => {
    await using here = await install(open);
    await here.succeeded('shop', await here.push(filesOf(here)));
    const removed = names.map((name) => [`shop/${name}.yaml`, undefined] as const);
    // Git keeps no empty folders.
    const revision = await here.push({ ...Object.fromEntries(removed), 'shop/note.txt': 'x' });

    const failed = await here.runIn('shop', revision, 'failed', 'held', 'succeeded');

    expect(failed.phase).toMatchObject({ name: 'failed', extent: 'nothing' });
    expect(await presentIn(here)).toEqual(names);
  });

  it('a render that shrank deletes nothing, until a person says so', async () => {
    await using here = await install(open);
    await here.succeeded('shop', await here.push(filesOf(here)));
    const gone = names.slice(2);
    const removed = gone.map((name) => [`shop/${name}.yaml`, undefined] as const);
    const revision = await here.push(Object.fromEntries(removed));

    const held = await here.runIn('shop', revision, 'held', 'succeeded');
    expect(held.phase).toMatchObject({ name: 'held', reason: 'guard' });
    expect(await presentIn(here)).toEqual(names);

    await here.approve(held);
    await here.succeeded('shop', revision);
    expect(await presentIn(here)).toEqual(names.slice(0, 2));
  });

  it('an orphaned stack stays, and is removed only when Git says so', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    await here.succeeded('shop', await here.push(filesOf(here)));

    await here.push({ 'trueup.yaml': project({ context, stacks: [] }) });
    await poll('it is orphaned', async () => (await here.stack('shop'))?.standing === 'orphaned');
    expect(await presentIn(here)).toEqual(names);

    const removed = 'removed:\n  - { stack: shop, resources: delete }';
    const revision = await here.push({ 'trueup.yaml': project({ context, stacks: [], removed }) });
    await here.succeeded('shop', revision);
    expect(await presentIn(here)).toEqual([]);
    expect((await here.stack('shop'))?.standing).toBe('removed');
  });

  it('a removed stack that keeps its resources keeps them', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    await here.succeeded('shop', await here.push(filesOf(here)));

    const removed = 'removed:\n  - { stack: shop, resources: keep }';
    await here.push({ 'trueup.yaml': project({ context, stacks: [], removed }) });
    await poll('it is removed', async () => (await here.stack('shop'))?.standing === 'removed');

    expect(await presentIn(here)).toEqual(names);
  });

  it('a renamed stack goes on with what it owns', async () => {
    await using here = await install(open);
    const { context } = here.cluster;
    await here.succeeded('shop', await here.push(filesOf(here)));
    const before = (await here.get('configmaps/a')).metadata.uid;

    const written = '  - { name: store, path: shop, target: main, formerly: shop }';
    const revision = await here.push({ 'trueup.yaml': project({ context, written }) });
    await here.succeeded('store', revision);

    expect((await here.get('configmaps/a')).metadata.uid).toBe(before);
    expect((await here.stack('shop'))?.standing).toBe('removed');
    expect((await here.stack('store'))?.resourceCount).toBe(names.length);
    const next = await here.push({ 'shop/f.yaml': undefined });
    await here.succeeded('store', next);
    expect(await presentIn(here)).toEqual(names.slice(0, -1));
  });

  it('a namespace is kept although Git no longer has it', async () => {
    await using here = await install(open);
    const own = `${here.namespace}-own`;
    const namespace = `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${own} }\n`;
    const files = { ...filesOf(here), 'shop/own.yaml': namespace };
    await here.succeeded('shop', await here.push(files));

    const revision = await here.push({ 'shop/own.yaml': undefined });
    const run = await here.succeeded('shop', revision);
    const plan = await here.api.plan({ params: { plan: run.plan?.id ?? '' } });

    expect(
      (await here.get(`/api/v1/namespaces/${own}`)).metadata.deletionTimestamp,
    ).toBeUndefined();
    expect(plan.withheld).toMatchObject([{ change: { id: `Namespace//${own}` } }]);
    await here.cluster.request('DELETE', `/api/v1/namespaces/${own}`);
  });
});

function filesOf({ namespace, cluster }: Installation): Record<string, string> {
  const maps = names.map(
    (name) => [`shop/${name}.yaml`, configMap(namespace, name, 'one')] as const,
  );
  return { 'trueup.yaml': project({ context: cluster.context }), ...Object.fromEntries(maps) };
}

async function presentIn(here: Installation): Promise<readonly string[]> {
  const found = await Promise.all(
    names.map(async (name) => {
      const map = await here.get(`configmaps/${name}`);
      return map && map.metadata.deletionTimestamp === undefined ? [name] : [];
    }),
  );
  return found.flat();
}
