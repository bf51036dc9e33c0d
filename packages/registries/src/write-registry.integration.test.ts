/** The client against the real registry: what the stand-in in memory is written from holds there. */
import { randomBytes } from 'node:crypto';

import { createOutbound } from '@trueup/outbound';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { copyArtifact } from './copy/copy-artifact.ts';
import { createRegistryClient } from './create-registry-client.ts';
import { digestOf } from './digest.ts';
import type { RegistryClient } from './registry-client.ts';
import { registryProgram, startRealRegistry } from './testing/real-registry.ts';

const signal = new AbortController().signal;
const mebibyte = 1024 * 1024;
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';

describe.runIf(registryProgram !== undefined)('a real registry', () => {
  const opened = new AsyncDisposableStack();
  let client: RegistryClient;
  let host = '';
  let otherHost = '';

  beforeAll(async () => {
    const parts = {
      registry: await startRealRegistry(),
      outbound: createOutbound({ addresses: { allowLoopback: true } }),
    };
    for (const part of Object.values(parts)) opened.use(part);
    host = `127.0.0.1:${parts.registry.port}`;
    otherHost = `localhost:${parts.registry.port}`;
    const allowHttp = () => true;
    client = createRegistryClient({ outbound: parts.outbound, allowHttp, pieceBytes: mebibyte });
  });

  afterAll(() => opened.disposeAsync());

  it('takes blobs in pieces, and gives them back', async () => {
    const place = { host, repository: 'pieces' };
    const bytes = randomBytes(3 * mebibyte + 1);
    const digest = await push(client, place, bytes);

    const read = await Array.fromAsync(
      client.openBlob({ ...place, digest }, signal, { maxBytes: 4 * mebibyte }),
    );

    expect(digestOf(Buffer.concat(read))).toBe(digest);
    expect(await client.headBlob({ ...place, digest }, signal)).toBe(bytes.length);
  });

  it('refuses content that is another', async () => {
    const bytes = randomBytes(2 * mebibyte);
    const digest = digestOf(Buffer.from('another'));
    const source = { digest, size: bytes.length, open: () => piecesOf(bytes) };

    const pushing = client.pushBlob({ host, repository: 'pieces' }, source, signal);

    await expect(pushing).rejects.toMatchObject({ code: 'REGISTRY_DIGEST_MISMATCH' });
  });

  it('lets tags point, move and go, and their images stay', async () => {
    const place = { host, repository: 'tags' };
    const one = await pushImage(client, place, 'one');
    const two = await pushImage(client, place, 'two');
    const reference = { ...place, tag: 'production' };
    for (const digest of [one, two]) {
      const manifest = await client.pullManifest({ ...place, digest }, signal);
      await client.pushManifest(reference, manifest, signal);
      expect((await client.headManifest(reference, signal))?.digest).toBe(digest);
    }
    expect(await client.listTags(place, signal)).toEqual(['production']);

    expect(await client.deleteTag(reference, signal)).toBe(true);

    expect(await client.headManifest(reference, signal)).toBeUndefined();
    expect(await client.headManifest({ ...place, digest: two }, signal)).toBeDefined();
  });

  it.each([
    ['within the registry', () => host],
    ['to another registry', () => otherHost],
  ])('has indexes copied %s', async (name, targetHost) => {
    const from = { host, repository: `from-${name.length}` };
    const to = { host: targetHost(), repository: `to-${name.length}` };
    const describeImage = async (text: string) => {
      const digest = await pushImage(client, from, text);
      const { bytes } = await client.pullManifest({ ...from, digest }, signal);
      return { mediaType: manifestType, digest, size: bytes.length };
    };
    const manifests = [await describeImage('amd64'), await describeImage('arm64')];
    const index = { schemaVersion: 2, mediaType: indexType, manifests };
    const indexBytes = Buffer.from(JSON.stringify(index));
    const digest = await client.pushManifest(
      from,
      { bytes: indexBytes, mediaType: indexType },
      signal,
    );

    await copyArtifact(client, { from: { ...from, digest }, to }, signal);

    for (const one of [digest, ...manifests.map((part) => part.digest)]) {
      expect((await client.headManifest({ ...to, digest: one }, signal))?.digest).toBe(one);
    }
  });

  it('tells referrers by the fallback tag, since it keeps no list', async () => {
    const place = { host, repository: 'referrers' };
    const digest = await pushImage(client, place, 'subject');
    expect(await client.listReferrers({ ...place, digest }, signal)).toEqual([]);
    const manifests = [{ mediaType: manifestType, digest, size: 1, artifactType: 'signature' }];
    const bytes = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests }),
    );
    const tag = digest.replace(':', '-');
    await client.pushManifest({ ...place, tag }, { bytes, mediaType: indexType }, signal);

    const found = await client.listReferrers({ ...place, digest }, signal);

    expect(found.map(({ artifactType }) => artifactType)).toEqual(['signature']);
  });
});

interface Place {
  readonly host: string;
  readonly repository: string;
}

async function push(client: RegistryClient, place: Place, bytes: Uint8Array): Promise<string> {
  const digest = digestOf(bytes);
  const source = { digest, size: bytes.length, open: () => piecesOf(bytes) };
  await client.pushBlob(place, source, signal);
  return digest;
}

async function pushImage(client: RegistryClient, place: Place, text: string): Promise<string> {
  const layer = Buffer.from(text);
  const config = Buffer.from(JSON.stringify({ text }));
  const [digest, about] = [await push(client, place, layer), await push(client, place, config)];
  const content = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: about, size: config.length },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size: layer.length }],
  };
  const bytes = Buffer.from(JSON.stringify(content));
  return await client.pushManifest(place, { bytes, mediaType: manifestType }, signal);
}

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
