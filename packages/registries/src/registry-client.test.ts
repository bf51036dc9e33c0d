import { type Credentials, createOutbound, type Outbound } from '@trueup/outbound';
import { describe, expect, it } from 'vitest';

import type { ArtifactReference } from './artifact-reference.ts';
import { createRegistryClient } from './create-registry-client.ts';
import { pullChart, toChartTag } from './pull-chart.ts';
import type { RegistryClient } from './registry-client.ts';
import {
  digestOf,
  type RegistryStandIn,
  startRegistryStandIn,
} from './testing/registry-stand-in.ts';

const signal = new AbortController().signal;
const archive = Buffer.from('a chart');
const content = {
  charts: { 'org/charts/redis:1.2.3_a': archive },
  username: 'reader',
  password: 'hunter2',
};

describe('a chart in a registry', () => {
  it(
    'is pulled with a token, and its content from elsewhere without',
    over(async (setting) => {
      const pulled = await pullChart(setting.client, setting.reference, signal);

      expect(pulled).toEqual({ archive, digest: digestOf(archive) });
      expect(setting.registry.seen).toEqual([
        'GET /v2/org/charts/redis/manifests/1.2.3_a',
        'GET /token (authorized)',
        'GET /v2/org/charts/redis/manifests/1.2.3_a (authorized)',
        `GET /v2/org/charts/redis/blobs/${digestOf(archive)} (authorized)`,
        `storage /${digestOf(archive)}`,
      ]);
    }),
  );

  it(
    'is pulled with a new token once the old one has run out',
    over(async (setting) => {
      await pullChart(setting.client, setting.reference, signal);
      setting.registry.expire();

      const pulled = await pullChart(setting.client, setting.reference, signal);

      expect(pulled.archive).toEqual(archive);
    }),
  );

  it(
    'is not pulled by what was granted to credentials that are others now',
    over(async ({ registry, reference, outbound }) => {
      let password = content.password;
      const client = createRegistryClient({
        outbound,
        credentials: async () => ({ kind: 'password', username: content.username, password }),
        allowHttp: () => true,
      });
      await pullChart(client, reference, signal);
      password = 'wrong';

      const pulling = pullChart(client, reference, signal);

      await expect(pulling).rejects.toMatchObject({ code: 'REGISTRY_DENIED' });
      expect(registry.seen.filter((one) => one.includes('(authorized)'))).toHaveLength(4);
    }),
  );

  it(
    'is pulled with a password where the registry wants that',
    over(
      async (setting) => {
        const pulled = await pullChart(setting.client, setting.reference, signal);

        expect(pulled.archive).toEqual(archive);
        expect(setting.registry.seen.at(-1)).toBe(`storage /${digestOf(archive)}`);
      },
      { challenge: 'basic' },
    ),
  );

  it(
    'is pulled with a token of our own, which is sent to the registry alone',
    over(
      async (setting) => {
        const pulled = await pullChart(setting.client, setting.reference, signal);

        expect(pulled.archive).toEqual(archive);
        expect(setting.registry.seen).toEqual([
          'GET /v2/org/charts/redis/manifests/1.2.3_a',
          'GET /v2/org/charts/redis/manifests/1.2.3_a (authorized)',
          `GET /v2/org/charts/redis/blobs/${digestOf(archive)} (authorized)`,
          `storage /${digestOf(archive)}`,
        ]);
      },
      { credentials: { kind: 'token', token: 't1' } },
    ),
  );

  it(
    'is not pulled with a password that would travel in the open',
    over(async ({ registry, outbound }) => {
      const client = createRegistryClient({
        outbound,
        credentials: async () => ({ kind: 'password', username: 'a', password: 'hunter2' }),
        allowHttp: () => true,
      });
      const host = registry.host.replace('127.0.0.1', 'registry.test');

      const pulling = pullChart(
        client,
        { host, repository: 'org/charts/redis', tag: '1.2.3_a' },
        signal,
      );

      await expect(pulling).rejects.toMatchObject({
        code: 'REGISTRY_REFUSED',
        message: expect.stringContaining('without encryption'),
      });
      expect(registry.seen.join()).not.toContain('authorized');
    }),
  );

  it(
    'is not taken when its content is another',
    over(async (setting) => {
      setting.registry.corrupt();

      const pulling = pullChart(setting.client, setting.reference, signal);

      await expect(pulling).rejects.toMatchObject({ code: 'REGISTRY_DIGEST_MISMATCH' });
    }),
  );

  it(
    'is not taken when its manifest is another',
    over(async (setting) => {
      const other = { ...setting.reference, digest: digestOf('other') };

      const { digest } = await setting.client.pullManifest(setting.reference, signal);
      const pulling = setting.client.pullManifest(other, signal);

      expect(digest).toMatch(/^sha256:/);
      await expect(pulling).rejects.toMatchObject({ code: 'REGISTRY_NOT_FOUND' });
    }),
  );

  it.each([
    [
      'a wrong password',
      { credentials: { kind: 'password', username: 'reader', password: 'wrong' } } as const,
      {},
      'REGISTRY_DENIED',
    ],
    ['no password', { credentials: undefined }, {}, 'REGISTRY_DENIED'],
    ['another version', {}, { tag: '9.9.9' }, 'REGISTRY_NOT_FOUND'],
    ['another name', {}, { repository: 'org/charts/nginx' }, 'REGISTRY_NOT_FOUND'],
  ])('is not found by %s', (_name, variant, other, code) =>
    over(async (setting) => {
      const reference = { ...setting.reference, ...other };

      const failure: unknown = await pullChart(setting.client, reference, signal).catch(
        (error: unknown) => error,
      );

      expect(failure).toMatchObject({ code, name: 'StalledError' });
      expect(failure instanceof Error ? failure.message : 'none').not.toMatch(
        /hunter2|wrong|Bearer/,
      );
    }, variant)(),
  );

  it(
    'is not looked for at hosts that nobody allowed',
    over(async (setting) => {
      const mayVisit = (url: URL) => url.host === setting.registry.host;

      const pulling = pullChart(setting.client, setting.reference, signal, { mayVisit });

      await expect(pulling).rejects.toMatchObject({ code: 'OUTBOUND_URL_REFUSED' });
      expect(setting.registry.seen.filter((line) => line.startsWith('storage'))).toEqual([]);
    }),
  );

  it(
    'is bounded in size',
    over(async (setting) => {
      const pulling = pullChart(setting.client, setting.reference, signal, { maxBytes: 3 });

      await expect(pulling).rejects.toMatchObject({ code: 'OUTBOUND_RESPONSE_TOO_LONG' });
    }),
  );

  it('has a tag that is its version', () => {
    expect(toChartTag('1.2.3+a')).toBe('1.2.3_a');
  });
});

interface Setting {
  readonly client: RegistryClient;
  readonly registry: RegistryStandIn;
  readonly reference: ArtifactReference;
  readonly outbound: Outbound;
}

interface Variant {
  readonly challenge?: 'basic';
  /** What the client uses, not what the registry knows. */
  readonly credentials?: Credentials | undefined;
}

/** Runs a test against a registry and a client of its own. */
function over(body: (setting: Setting) => Promise<void>, variant: Variant = {}) {
  return async () => {
    const { username, password } = content;
    const { credentials, ...other } = {
      credentials: { kind: 'password', username, password } as const,
      ...variant,
    };
    await using registry = await startRegistryStandIn({ ...content, ...other });
    await using outbound = createOutbound({
      addresses: { allowLoopback: true },
      resolveHost: async () => [{ address: '127.0.0.1', family: 4 }],
    });
    const client = createRegistryClient({
      outbound,
      credentials: async () => credentials,
      allowHttp: () => true,
    });
    const reference = { host: registry.host, repository: 'org/charts/redis', tag: '1.2.3_a' };
    await body({ client, registry, reference, outbound });
  };
}
