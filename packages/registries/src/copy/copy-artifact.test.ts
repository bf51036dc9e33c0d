import { createOutbound } from '@trueup/outbound';
import { describe, expect, it } from 'vitest';

import { createRegistryClient } from '../create-registry-client.ts';
import { digestOf } from '../digest.ts';
import type { RegistryClient } from '../registry-client.ts';
import type { LoopbackRegistryOptions } from '../testing/loopback-exchange.ts';
import {
  type LoopbackRegistry,
  startLoopbackRegistry,
  storeArtifact,
  storeManifest,
} from '../testing/loopback-registry.ts';
import { copyArtifact, resolveArtifact } from './copy-artifact.ts';

const signal = new AbortController().signal;
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';

describe('an index', () => {
  it(
    'is copied for one platform as the image that it has for it',
    between(async ({ client, source, target, order }) => {
      const { index, images } = storePlatforms(source);

      const copied = await copyArtifact(
        client,
        { ...order(index), platforms: ['linux/arm64'] },
        signal,
      );

      expect(copied.digest).toBe(images['linux/arm64']);
      expect([...target.repository('to').manifests.keys()]).toEqual([images['linux/arm64']]);
    }),
  );

  it(
    'is copied for some platforms as one of its own, always the same, with what attests them',
    between(async ({ client, source, target, order }) => {
      const { index, images, attestation } = storePlatforms(source);
      const platforms = ['linux/arm64', 'linux/arm/v7'];

      const [planned, copied] = [
        await resolveArtifact(client, { ...order(index), platforms }, signal),
        await copyArtifact(client, { ...order(index), platforms }, signal),
      ];

      expect(copied.digest).toBe(planned.digest);
      expect(copied.digest).not.toBe(index);
      const { manifests } = target.repository('to');
      expect([...manifests.keys()].sort()).toEqual(
        [copied.digest, images['linux/arm64'], images['linux/arm/v7'], attestation].sort(),
      );
    }),
  );

  it(
    'is not copied for a platform that it lacks',
    between(async ({ client, source, target, order }) => {
      const { index } = storePlatforms(source);
      const request = { ...order(index), platforms: ['linux/amd64', 'windows/amd64'] };

      await expect(copyArtifact(client, request, signal)).rejects.toMatchObject({
        code: 'REGISTRY_REFUSED',
        message: expect.stringContaining('windows/amd64'),
      });
      expect(target.writes).toBe(0);
    }),
  );
});

describe('what hangs on an image', () => {
  it.each([false, true])('comes along, without lists too: %s', async (hasNoReferrers) => {
    await between(
      async ({ client, source, target, order }) => {
        const { image, sbom, signature } = storeSigned(source);

        await copyArtifact(client, { ...order(image), referrers: true }, signal);

        const listed = await client.listReferrers(
          { host: target.host, repository: 'to', digest: image },
          signal,
        );
        expect(listed.map((one) => one.digest)).toEqual([sbom]);
        const tag = `${image.replace(':', '-')}.sig`;
        expect(target.repository('to').tags.get(tag)).toBe(signature);
      },
      { hasNoReferrers },
    )();
  });

  it(
    'comes along with an image that is there already, and once',
    between(async ({ client, source, target, order }) => {
      const { image, sbom } = storeSigned(source);
      await copyArtifact(client, order(image), signal);
      expect(target.repository('to').manifests.has(sbom)).toBe(false);

      await copyArtifact(client, { ...order(image), referrers: true }, signal);
      const before = target.writes;
      await copyArtifact(client, { ...order(image), referrers: true }, signal);

      expect(target.repository('to').manifests.has(sbom)).toBe(true);
      expect(target.writes).toBe(before);
    }),
  );

  it(
    'stays where it is unless it is asked for',
    between(async ({ client, source, target, order }) => {
      const { image } = storeSigned(source);

      await copyArtifact(client, order(image), signal);

      expect([...target.repository('to').manifests.keys()]).toEqual([image]);
      expect(target.repository('to').tags.size).toBe(0);
    }),
  );
});

describe('a copy into a registry that cleans up', () => {
  it(
    'brings once more what went after it was looked for',
    between(async ({ client, source, target, order }) => {
      const digest = storeArtifact(source.repository('from'), '1.0', ['a layer']);
      const to = target.repository('to');
      const layer = digestOf(Buffer.from('a layer'));
      to.blobs.set(layer, Buffer.from('a layer'));
      const cleaning: RegistryClient = {
        ...client,
        pushBlob: async (...call) => {
          const outcome = await client.pushBlob(...call);
          if (outcome === 'there') to.blobs.delete(layer);
          return outcome;
        },
      };

      await copyArtifact(cleaning, order(digest), signal);

      expect(to.manifests.has(digest)).toBe(true);
      expect(to.blobs.has(layer)).toBe(true);
    }),
  );

  it(
    'gives up where it is refused again',
    between(async ({ client, source, target, order }) => {
      const digest = storeArtifact(source.repository('from'), '1.0', ['a layer']);
      target.fail(/^PUT .*manifests/, 400, 400);

      await expect(copyArtifact(client, order(digest), signal)).rejects.toMatchObject({
        code: 'REGISTRY_REFUSED',
      });
      expect(target.repository('to').manifests.size).toBe(0);
    }),
  );
});

describe('a copy that is hostile', () => {
  it(
    'is refused when it is an image and an index at once',
    between(async ({ client, source, target, order }) => {
      const content = { mediaType: manifestType, layers: [], manifests: [] };
      const digest = storeManifest(source.repository('from'), undefined, content);

      await expect(copyArtifact(client, order(digest), signal)).rejects.toMatchObject({
        code: 'REGISTRY_REFUSED',
        message: expect.stringContaining('at once'),
      });
      expect(target.writes).toBe(0);
    }),
  );

  it(
    'is refused when one index names the same others again and again',
    between(async ({ client, source, order }) => {
      const from = source.repository('from');
      let digest = storeArtifact(from, undefined, ['one']);
      for (let depth = 0; depth < 3; depth += 1) {
        const child = { mediaType: depth === 0 ? manifestType : indexType, digest, size: 1 };
        const manifests = Array.from({ length: 50 }, () => child);
        digest = storeManifest(from, undefined, { mediaType: indexType, manifests });
      }

      await expect(copyArtifact(client, order(digest), signal)).rejects.toMatchObject({
        code: 'REGISTRY_REFUSED',
        message: expect.stringContaining('too many parts'),
      });
    }),
  );

  it(
    'is not brought where it has referrers without end',
    between(async ({ client, source, order }) => {
      const image = storeArtifact(source.repository('from'), undefined, ['one']);
      const nothing: RegistryClient = {
        ...client,
        headManifest: async () => undefined,
        pullManifest: async ({ digest = '' }, ...call) =>
          digest === image
            ? await client.pullManifest({ ...order(image).from, digest }, ...call)
            : { digest, mediaType: manifestType, content: {}, bytes: Buffer.from('{}') },
        pushManifest: async ({ digest = '' }) => digest,
        listReferrers: async () =>
          Array.from({ length: 100_000 }, (_, index) => {
            const digest = `sha256:${String(index).padStart(64, '0')}`;
            return { mediaType: manifestType, digest, size: 2 };
          }),
      };

      const copying = copyArtifact(nothing, { ...order(image), referrers: true }, signal);

      await expect(copying).rejects.toMatchObject({
        message: expect.stringContaining('too many parts'),
      });
    }),
  );

  it(
    'is refused when its manifest is huge',
    between(async ({ client, source, target, order }) => {
      const annotations = { filler: 'x'.repeat(5 * 1024 * 1024) };
      const mediaType = manifestType;
      const digest = storeManifest(source.repository('from'), undefined, {
        mediaType,
        annotations,
      });

      await expect(copyArtifact(client, order(digest), signal)).rejects.toMatchObject({
        code: 'OUTBOUND_RESPONSE_TOO_LONG',
      });
      expect(target.writes).toBe(0);
    }),
  );

  it(
    'is refused when its indexes have no end',
    between(async ({ client, source, order }) => {
      const from = source.repository('from');
      let digest = storeArtifact(from, undefined, ['one']);
      for (let depth = 0; depth < 6; depth += 1) {
        const manifests = [{ mediaType: indexType, digest, size: 1 }];
        digest = storeManifest(from, undefined, { mediaType: indexType, manifests });
      }

      await expect(copyArtifact(client, order(digest), signal)).rejects.toMatchObject({
        code: 'REGISTRY_REFUSED',
        message: expect.stringContaining('too deep'),
      });
    }),
  );

  it(
    'is refused when a layer lies about its size',
    between(async ({ client, source, target, order }) => {
      const from = source.repository('from');
      const layer = Buffer.from('a layer');
      from.blobs.set(digestOf(layer), layer);
      const layers = [{ mediaType: 'x', digest: digestOf(layer), size: layer.length - 1 }];
      const digest = storeManifest(from, undefined, { mediaType: manifestType, layers });

      await expect(copyArtifact(client, order(digest), signal)).rejects.toMatchObject({
        family: 'stalled',
      });
      expect(target.repository('to').blobs.size).toBe(0);
    }),
  );
});

function storePlatforms(source: LoopbackRegistry) {
  const from = source.repository('from');
  const names = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'];
  const images = Object.fromEntries(
    names.map((name) => [name, storeArtifact(from, undefined, [name])]),
  );
  const attestation = storeArtifact(from, undefined, ['attestation']);
  const entries = names.map((name) => {
    const [os = '', architecture = '', variant] = name.split('/');
    const platform = { os, architecture, ...(variant && { variant }) };
    return { mediaType: manifestType, digest: images[name] ?? '', size: 1, platform };
  });
  const about = {
    mediaType: manifestType,
    digest: attestation,
    size: 1,
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: { 'vnd.docker.reference.digest': images['linux/arm64'] ?? '' },
  };
  const content = { schemaVersion: 2, mediaType: indexType, manifests: [...entries, about] };
  return { index: storeManifest(from, '1.0', content), images, attestation };
}

function storeSigned(source: LoopbackRegistry) {
  const from = source.repository('from');
  const image = storeArtifact(from, '1.0', ['content']);
  const subject = { mediaType: manifestType, digest: image, size: 1 };
  const sbom = storeManifest(from, undefined, {
    schemaVersion: 2,
    mediaType: manifestType,
    artifactType: 'application/spdx+json',
    subject,
  });
  const listed = { mediaType: manifestType, digest: sbom, size: 1 };
  const tag = image.replace(':', '-');
  storeManifest(from, tag, { mediaType: indexType, manifests: [listed] });
  const signature = storeArtifact(from, `${tag}.sig`, ['signature']);
  return { image, sbom, signature };
}

interface Setting {
  readonly client: RegistryClient;
  readonly source: LoopbackRegistry;
  readonly target: LoopbackRegistry;
  readonly order: (digest: string) => Parameters<typeof copyArtifact>[1];
}

/** Runs a test with two registries of its own. */
function between(
  body: (setting: Setting) => Promise<void>,
  options: LoopbackRegistryOptions = {},
): () => Promise<void> {
  return async () => {
    await using source = await startLoopbackRegistry(options);
    await using target = await startLoopbackRegistry(options);
    await using outbound = createOutbound({
      addresses: { allowLoopback: true },
      wait: async () => undefined,
    });
    const client = createRegistryClient({
      outbound,
      allowHttp: () => true,
      wait: async () => undefined,
    });
    const order = (digest: string) => ({
      from: { host: source.host, repository: 'from', digest },
      to: { host: target.host, repository: 'to' },
    });
    await body({ client, source, target, order });
  };
}
