import { createOutbound } from '@trueup/outbound';
import { describe, expect, it } from 'vitest';

import { parseArtifactReference } from './artifact-reference.ts';
import { pullChart, toChartTag } from './pull-chart.ts';
import { createRegistryClient, type RegistryClient } from './registry-client.ts';
import { digestOf, startRegistryStandIn } from './testing/registry-stand-in.ts';

const signal = new AbortController().signal;
const archive = Buffer.from('a chart');
const content = {
  charts: { 'org/charts/redis:1.2.3_a': archive },
  username: 'reader',
  password: 'hunter2',
};

describe('a chart in a registry', () => {
  it('is pulled with a token, and its content from elsewhere without', async () => {
    await using setting = await start();

    const pulled = await pullChart(setting.client, setting.reference, signal);

    expect(pulled).toEqual({ archive, digest: digestOf(archive) });
    expect(setting.registry.seen).toEqual([
      'GET /v2/org/charts/redis/manifests/1.2.3_a',
      'GET /token (authorized)',
      'GET /v2/org/charts/redis/manifests/1.2.3_a (authorized)',
      `GET /v2/org/charts/redis/blobs/${digestOf(archive)} (authorized)`,
      `storage /${digestOf(archive)}`,
    ]);
  });

  it('is pulled with a new token once the old one has run out', async () => {
    await using setting = await start();
    await pullChart(setting.client, setting.reference, signal);
    setting.registry.expire();

    const pulled = await pullChart(setting.client, setting.reference, signal);

    expect(pulled.archive).toEqual(archive);
  });

  it('is pulled with a password where the registry wants that', async () => {
    await using setting = await start({ challenge: 'basic' });

    const pulled = await pullChart(setting.client, setting.reference, signal);

    expect(pulled.archive).toEqual(archive);
    expect(setting.registry.seen.at(-1)).toBe(`storage /${digestOf(archive)}`);
  });

  it('is not taken when its content is another', async () => {
    await using setting = await start();
    setting.registry.corrupt();

    const pulling = pullChart(setting.client, setting.reference, signal);

    await expect(pulling).rejects.toMatchObject({ code: 'REGISTRY_DIGEST_MISMATCH' });
  });

  it('is not taken when its manifest is another', async () => {
    await using setting = await start();
    const other = { ...setting.reference, digest: digestOf('other') };

    const { digest } = await setting.client.pullManifest(setting.reference, signal);
    const pulling = setting.client.pullManifest(other, signal);

    expect(digest).toMatch(/^sha256:/);
    await expect(pulling).rejects.toMatchObject({ code: 'REGISTRY_NOT_FOUND' });
  });

  it.each([
    ['a wrong password', { password: 'wrong' }, {}, 'REGISTRY_DENIED'],
    ['another version', {}, { tag: '9.9.9' }, 'REGISTRY_NOT_FOUND'],
    ['another name', {}, { repository: 'org/charts/nginx' }, 'REGISTRY_NOT_FOUND'],
  ])('is not found by %s', async (_name, credentials, other, code) => {
    await using setting = await start({}, credentials);
    const reference = { ...setting.reference, ...other };

    const failure: unknown = await pullChart(setting.client, reference, signal).catch(
      (error: unknown) => error,
    );

    expect(failure).toMatchObject({ code, name: 'StalledError' });
    expect(failure instanceof Error ? failure.message : 'none').not.toMatch(/hunter2|wrong|Bearer/);
  });

  it('is not looked for at hosts that nobody allowed', async () => {
    await using setting = await start();
    const mayVisit = (url: URL) => url.host === setting.registry.host;

    const pulling = pullChart(setting.client, setting.reference, signal, { mayVisit });

    await expect(pulling).rejects.toMatchObject({ code: 'OUTBOUND_URL_REFUSED' });
    expect(setting.registry.seen.filter((line) => line.startsWith('storage'))).toEqual([]);
  });

  it('is bounded in size', async () => {
    await using setting = await start();

    const pulling = pullChart(setting.client, setting.reference, signal, { maxBytes: 3 });

    await expect(pulling).rejects.toMatchObject({ code: 'OUTBOUND_RESPONSE_TOO_LONG' });
  });

  it('has a tag that is its version', () => {
    expect(toChartTag('1.2.3+a')).toBe('1.2.3_a');
  });
});

interface Setting extends AsyncDisposable {
  readonly client: RegistryClient;
  readonly registry: Awaited<ReturnType<typeof startRegistryStandIn>>;
  readonly reference: NonNullable<ReturnType<typeof parseArtifactReference>>;
}

async function start(
  other: { challenge?: 'basic' } = {},
  credentials: { password?: string } = {},
): Promise<Setting> {
  await using opened = new AsyncDisposableStack();
  const registry = opened.use(await startRegistryStandIn({ ...content, ...other }));
  const outbound = opened.use(createOutbound({ addresses: { allowLoopback: true } }));
  const client = createRegistryClient({
    outbound,
    credentials: async () => ({ ...content, ...credentials }),
    allowHttp: () => true,
  });
  const reference = parseArtifactReference(`oci://${registry.host}/org/charts/redis:1.2.3_a`);
  if (!reference) throw new Error('the reference is sound');
  const owned = opened.move();
  return { client, registry, reference, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
