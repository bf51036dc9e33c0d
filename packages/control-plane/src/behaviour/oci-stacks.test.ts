/** Stacks of registries through the whole control plane, on registries in memory. */
import { createProvider, FakeOciClient } from '@trueup/provider-oci/testing';
import { describe, expect, it } from 'vitest';

import { ControlPlaneBench } from '../testing/index.ts';

const source = { host: 'ghcr.io', repository: 'acme/web' };
const place = { host: 'registry.example.com', repository: 'team/shop/web' };
const [one, two, other] = ['1', '2', '9'].map((digit) => `sha256:${digit.repeat(64)}`);

describe('a stack of a registry', () => {
  it('is promoted by what was approved', async () => {
    await using scene = await open('approvals: { count: 1 }');
    const { bench, client } = scene;
    const waiting = await bench.untilRun('images', 'awaiting-approval');
    expect(tagOf(client)).toBeUndefined();

    await bench.as('approver', 'cleo').approve(waiting.id, waiting.plan?.digest ?? '');
    await bench.untilRun('images', 'succeeded');

    expect(tagOf(client)).toBe(one);
    expect(bench.errors).toEqual([]);
  });

  it('is held when the tag that it takes moves after the approval', async () => {
    await using scene = await open('approvals: { count: 1 }');
    const { bench, client } = scene;
    const waiting = await bench.untilRun('images', 'awaiting-approval');
    client.put(source, two ?? '', '1.4');

    await bench.as('approver', 'cleo').approve(waiting.id, waiting.plan?.digest ?? '');
    await bench.until('the hold', async () => {
      const last = (await bench.runsOf('images')).at(-1);
      return last?.phase.name === 'held' || last?.phase.name === 'awaiting-approval';
    });

    expect(tagOf(client)).toBeUndefined();
  });

  it('is healed when somebody moves its tag by hand', async () => {
    await using scene = await open('drift: heal');
    const { bench, client } = scene;
    await bench.untilRun('images', 'succeeded');

    client.put(place, other ?? '', 'production');
    await bench.until('the run that heals', async () => {
      const last = (await bench.runsOf('images')).at(-1);
      return last?.purpose === 'heal' && last.phase.name === 'succeeded';
    });

    expect(tagOf(client)).toBe(one);
    expect(bench.errors).toEqual([]);
  });

  it.each(['drift: heal', 'drift: report'])(
    'stays when the tag that it takes moves: %s',
    async (rule) => {
      await using scene = await open(rule);
      const { bench, client } = scene;
      await bench.untilRun('images', 'succeeded');
      await bench.stop();
      client.put(source, two ?? '', '1.4');

      await bench.start();
      await bench.until('drift to open', () => openDrift(bench));

      expect(tagOf(client)).toBe(one);
      expect(await bench.runsOf('images')).toHaveLength(1);
    },
  );
});

interface Scene extends AsyncDisposable {
  readonly bench: ControlPlaneBench;
  readonly client: FakeOciClient;
}

async function open(rule: string): Promise<Scene> {
  const client = new FakeOciClient();
  client.put(source, one ?? '', '1.4');
  const provider = createProvider(client, async () => {
    throw new Error('Nobody asks for a login.');
  });
  const bench = await ControlPlaneBench.open({ providers: () => [provider], lookIntervalMs: 50 });
  await bench.admin.putMember('root', { grants: [{ role: 'admin' }] });
  await bench.admin.putMember('cleo', { grants: [{ role: 'approver' }] });
  await bench.push({
    'trueup.yaml': [
      'apiVersion: trueup.dev/v1',
      'targets: { images: { oci: { registry: registry.example.com/team } } }',
      'stacks: [{ name: images, path: images, target: images }]',
      `rules: [{ stacks: ["*"], ${rule} }]`,
    ].join('\n'),
    'images/registry.yaml':
      'tags: [{ repository: shop/web, tag: production, from: "ghcr.io/acme/web:1.4" }]\n',
  });
  return { bench, client, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

function tagOf(client: FakeOciClient): string | undefined {
  return client.repository(place).tags.get('production');
}

async function openDrift(bench: ControlPlaneBench) {
  const { items } = await bench.memory.drift({ stack: 'infra/images' }, { limit: 100 });
  return items.some(({ state }) => state === 'open');
}
