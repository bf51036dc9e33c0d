/** What registries were seen to do, each as a test. `distribution` is the registry of that name, 2.8 and 3. */
import { createOutbound, type Outbound, type OutboundRequest } from '@trueup/outbound';
import { describe, expect, it } from 'vitest';

import { parseChallenge } from './authenticate.ts';
import { copyArtifact } from './copy/copy-artifact.ts';
import { createRegistryClient } from './create-registry-client.ts';
import { digestOf } from './digest.ts';
import type { RegistryClient } from './registry-client.ts';
import type { LoopbackRegistryOptions } from './testing/loopback-exchange.ts';
import {
  type LoopbackRegistry,
  startLoopbackRegistry,
  storeArtifact,
  storeManifest,
} from './testing/loopback-registry.ts';

const { signal } = new AbortController();
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';

describe('a registry', () => {
  it.each([
    manifestType,
    indexType,
    'application/vnd.docker.distribution.manifest.v2+json',
    'application/vnd.docker.distribution.manifest.list.v2+json',
  ])('that hides what nobody says to accept is asked for it: %s', async (mediaType) => {
    await over(async ({ client, registry, place }) => {
      const digest = storeManifest(registry.repository('shop/web'), 'a', { mediaType });

      expect(await client.headManifest({ ...place, tag: 'a' }, signal)).toEqual({
        digest,
        mediaType,
      });
    })();
  });

  it(
    'that refuses manifests whose parts it lacks gets the parts first',
    over(async ({ client, registry, other, place }) => {
      const from = other.repository('from');
      const image = storeArtifact(from, undefined, ['one']);
      const manifests = [{ mediaType: manifestType, digest: image, size: 1 }];
      const digest = storeManifest(from, undefined, { mediaType: indexType, manifests });

      await copyArtifact(
        client,
        { from: { host: other.host, repository: 'from', digest }, to: place },
        signal,
      );

      const puts = registry.seen.filter((line) => line.startsWith('PUT'));
      expect(puts.map((line) => /uploads|manifests.*/.exec(line)?.[0])).toEqual([
        'uploads',
        'uploads',
        `manifests/${image}`,
        `manifests/${digest}`,
      ]);
    }),
  );

  it(
    'that answers for an index whose child is gone gets the child again',
    over(async ({ client, registry, other, place }) => {
      const from = other.repository('from');
      const images = ['one', 'two'].map((text) => storeArtifact(from, undefined, [text]));
      const manifests = images.map((image) => ({
        mediaType: manifestType,
        digest: image,
        size: 1,
      }));
      const digest = storeManifest(from, undefined, { mediaType: indexType, manifests });
      const request = { from: { host: other.host, repository: 'from', digest }, to: place };
      await copyArtifact(client, request, signal);
      registry.repository('shop/web').manifests.delete(images[1] ?? '');

      await copyArtifact(client, request, signal);

      expect(registry.repository('shop/web').manifests.has(images[1] ?? '')).toBe(true);
    }),
  );

  it(
    'that keeps no list of referrers says so by a missing header, and gets its tag',
    over(
      async ({ client, registry, place }) => {
        const digest = storeArtifact(registry.repository('shop/web'), 'a', ['one']);
        const subject = { mediaType: manifestType, digest, size: 1 };
        const content = { schemaVersion: 2, mediaType: manifestType, artifactType: 'x/y', subject };
        const bytes = Buffer.from(JSON.stringify(content));

        await client.pushManifest(place, { bytes, mediaType: manifestType }, signal);
        await client.pushManifest(place, { bytes, mediaType: manifestType }, signal);

        const listed = await client.listReferrers({ ...place, digest }, signal);
        expect(listed.map(({ artifactType }) => artifactType)).toEqual(['x/y']);
        expect(await client.listTags(place, signal)).toEqual(['a']);
      },
      { hasNoReferrers: true },
    ),
  );

  it(
    'that lists what is no tag lists the others',
    over(async ({ client, registry, place }) => {
      const { tags } = registry.repository('shop/web');
      const odd = ['a/../b', 'a?b', 'a b', '', '-a', 'ä', 'x'.repeat(129), 'a\nb', '__proto__'];
      for (const tag of ['_a.B-1', ...odd]) tags.set(tag, 'x');

      const listed = await client.listTags(place, signal);

      expect(listed.toSorted()).toEqual(['__proto__', '_a.B-1']);
    }),
  );

  it.each(['blobs', 'manifests'])(
    'that redirects to an address of its choice does not have it asked: %s',
    async (kind) => {
      await over(async ({ client, registry, place }) => {
        const digest = storeArtifact(registry.repository('shop/web'), 'a', ['one']);
        registry.redirect(/^GET/, 307, 'http://169.254.169.254/latest/meta-data');

        const pulling =
          kind === 'blobs'
            ? client.pullBlob({ ...place, digest }, signal)
            : client.pullManifest({ ...place, digest }, signal);

        await expect(pulling).rejects.toMatchObject({ code: 'OUTBOUND_ADDRESS_REFUSED' });
      })();
    },
  );

  it(
    'that takes uploads at an address of its choice does not have it asked',
    over(async ({ client, registry, place }) => {
      const open = async function* () {
        yield Buffer.from('x');
      };
      const digest = digestOf(Buffer.from('x'));
      registry.redirect(/^POST/, 202, 'http://169.254.169.254/latest/meta-data');

      const pushing = client.pushBlob(place, { digest, size: 1, open }, signal);

      await expect(pushing).rejects.toMatchObject({ code: 'OUTBOUND_ADDRESS_REFUSED' });
    }),
  );

  it('whose challenge is long costs no time', () => {
    const begun = performance.now();
    parseChallenge(`Bearer ${'a'.repeat(200_000)}`);
    // Quadratic it takes a minute.
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  it(
    'that knows no pages lists its tags at once',
    over(
      async ({ client, registry, place }) => {
        const { tags } = registry.repository('shop/web');
        for (let index = 0; index < 1500; index += 1) tags.set(`v${index}`, 'x');

        expect(await client.listTags(place, signal)).toHaveLength(1500);
        expect(registry.seen).toHaveLength(1);
      },
      { tagsPerPage: 10_000 },
    ),
  );

  it.each([400, 405])('that deletes images only keeps tag and image: %d', async (status) => {
    await over(async ({ client, registry, place }) => {
      storeArtifact(registry.repository('shop/web'), 'a', ['one']);
      registry.fail(/^DELETE/, status);

      await expect(client.deleteTag({ ...place, tag: 'a' }, signal)).rejects.toMatchObject({
        code: 'REGISTRY_REFUSED',
      });
      expect(registry.seen.filter((line) => line.startsWith('DELETE'))).toHaveLength(1);
      expect(registry.writes).toBe(0);
    })();
  });

  it.each([400, 409, 412])('whose tags cannot be moved may say so by %d', async (status) => {
    await over(async ({ client, registry, place }) => {
      storeArtifact(registry.repository('shop/web'), 'a', ['one']);
      const manifest = await client.pullManifest({ ...place, tag: 'a' }, signal);
      registry.fail(/^PUT/, status);

      const pushing = client.pushManifest({ ...place, tag: 'a' }, manifest, signal);

      await expect(pushing).rejects.toMatchObject({ family: 'stalled', code: 'REGISTRY_REFUSED' });
      expect(registry.seen.filter((line) => line.startsWith('PUT'))).toHaveLength(1);
    })();
  });

  it(
    'whose tags cannot be moved refuses, and that is told',
    over(
      async ({ client, registry, place }) => {
        storeArtifact(registry.repository('shop/web'), 'a', ['one']);
        const two = storeArtifact(registry.repository('shop/web'), undefined, ['two']);
        const manifest = await client.pullManifest({ ...place, digest: two }, signal);

        const pushing = client.pushManifest({ ...place, tag: 'a' }, manifest, signal);

        await expect(pushing).rejects.toMatchObject({
          code: 'REGISTRY_REFUSED',
          message: expect.stringContaining('409'),
        });
      },
      { keepsTags: true },
    ),
  );

  it(
    'that asks for patience is given it, and then some',
    over(
      async ({ client, registry, place, waited }) => {
        storeArtifact(registry.repository('shop/web'), 'a', ['one']);
        registry.fail(/^HEAD/, 429, 429);

        await client.headManifest({ ...place, tag: 'a' }, signal);

        expect(waited).toEqual([20_000, 20_000]);
      },
      { retryAfter: 20 },
    ),
  );

  it(
    'that is rate limited for long says so, and may be asked later',
    over(
      async ({ client, registry, place, waited }) => {
        registry.fail(/^HEAD/, 429);

        const asking = client.headManifest({ ...place, tag: 'a' }, signal);

        await expect(asking).rejects.toMatchObject({
          code: 'REGISTRY_UNAVAILABLE',
          family: 'transient',
        });
        expect(waited).toEqual([]);
      },
      { retryAfter: 21_600 },
    ),
  );

  it('that gives tokens to anybody is read without a login', async () => {
    const seen: OutboundRequest[] = [];
    const client = createRegistryClient({ outbound: openToAll(seen) });
    const place = { host: 'docker.io', repository: 'library/nginx', tag: '1.27' };

    const head = await client.headManifest(place, signal);

    expect(head?.digest).toBe(`sha256:${'1'.repeat(64)}`);
    expect(seen.map(({ url, headers }) => [url, headers?.['authorization']])).toEqual([
      ['https://registry-1.docker.io/v2/library/nginx/manifests/1.27', undefined],
      [
        'https://auth.docker.io/token?service=registry.docker.io&scope=repository%3Alibrary%2Fnginx%3Apull',
        undefined,
      ],
      ['https://registry-1.docker.io/v2/library/nginx/manifests/1.27', 'Bearer anonymous'],
    ]);
  });
});

/** As Docker Hub does it. */
function openToAll(seen: OutboundRequest[]): Outbound {
  const challenge = [
    'Bearer realm="https://auth.docker.io/token"',
    'service="registry.docker.io"',
    'scope="repository:library/nginx:pull"',
  ].join(',');
  const answers = [
    { status: 401, headers: new Map([['www-authenticate', challenge]]), body: '' },
    { status: 200, headers: new Map(), body: '{"token":"anonymous","expires_in":300}' },
    {
      status: 200,
      headers: new Map([['docker-content-digest', `sha256:${'1'.repeat(64)}`]]),
      body: '',
    },
  ];
  const outbound = {
    request: async (request: OutboundRequest) => {
      const answer = answers[seen.length];
      seen.push(request);
      return { ...answer, url: request.url, body: Buffer.from(answer?.body ?? '') };
    },
  };
  return outbound as unknown as Outbound;
}

interface Setting {
  readonly client: RegistryClient;
  readonly registry: LoopbackRegistry;
  readonly other: LoopbackRegistry;
  readonly place: { readonly host: string; readonly repository: string };
  /** By the requests themselves, in milliseconds. */
  readonly waited: readonly number[];
}

function over(
  body: (setting: Setting) => Promise<void>,
  options: LoopbackRegistryOptions = {},
): () => Promise<void> {
  return async () => {
    await using registry = await startLoopbackRegistry(options);
    await using other = await startLoopbackRegistry();
    const waited: number[] = [];
    await using outbound = createOutbound({
      addresses: { allowLoopback: true },
      wait: async (ms) => {
        waited.push(ms);
      },
    });
    const client = createRegistryClient({ outbound, allowHttp: () => true });
    const place = { host: registry.host, repository: 'shop/web' };
    await body({ client, registry, other, place, waited });
  };
}
