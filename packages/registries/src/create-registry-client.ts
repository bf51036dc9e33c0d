/**
 * Reads and writes artifacts of OCI registries, by the distribution specification 1.1:
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
 *
 * G1. Nothing is handed out or pushed that does not have the digest that it was asked for by.
 * G2. Credentials go to their own registry, and to the service for tokens that it names; never to
 *     where a blob or an upload is redirected to.
 * G3. Everything is bounded, and errors name host and repository only.
 */
import { setTimeout as delay } from 'node:timers/promises';

import { isJsonObject, type JsonObject } from '@trueup/diagnostics';

import { type ArtifactReference, placeOf } from './artifact-reference.ts';
import { pushBlob } from './blobs/push-blob.ts';
import { openBlob } from './blobs/read-blob.ts';
import type { Upload } from './blobs/upload.ts';
import { parseDescriptor } from './descriptor.ts';
import { isDigest } from './digest.ts';
import { listReferrers, listTags } from './listings.ts';
import { listUnderTag } from './referrers-tag.ts';
import type { DigestReference, RegistryClient } from './registry-client.ts';
import { checkDigest, checkStatus, refused } from './registry-errors.ts';
import {
  type Ask,
  createRegistrySession,
  type RegistrySession,
  type SessionOptions,
} from './registry-session.ts';

export interface RegistryClientOptions extends SessionOptions {
  /** Of uploads that broke off, which hold one piece at a time in memory. 16 MiB when absent. */
  readonly pieceBytes?: number;
  /** Between two tries of an upload. By the clock when absent. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const manifestTypes: string = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** The specification asks registries to take manifests up to this size. */
const maxManifestBytes = 4 * 1024 * 1024;
const maxBlobBytes = 64 * 1024 * 1024;

export function createRegistryClient(options: RegistryClientOptions): RegistryClient {
  const session = createRegistrySession(options);
  const { pieceBytes = 16 * 1024 * 1024 } = options;
  const wait = options.wait ?? ((ms, signal) => delay(ms, undefined, { signal }));
  const reading = createReading(session, wait);
  const writing = createWriting(session, reading, { pieceBytes, wait });
  return {
    ...reading,
    ...writing,
    listTags: (place, signal) => listTags(session, place, signal),
    listReferrers: (reference, signal, filter = {}) =>
      listReferrers({ session, client: reading }, { ...reference, ...filter }, signal),
  };
}

type Reading = Pick<
  RegistryClient,
  'headManifest' | 'pullManifest' | 'pullBlob' | 'headBlob' | 'openBlob'
>;

function createReading(session: RegistrySession, wait: Upload['wait']): Reading {
  const client: Reading = {
    async headManifest(reference, signal) {
      const answer = await session.send({ ...askManifest(reference), method: 'HEAD' }, signal);
      if (answer.status === 404) return undefined;
      checkStatus(answer, reference, reads(reference));
      const digest = answer.headers.get('docker-content-digest') ?? '';
      // The header is only recommended.
      if (!isDigest(digest)) return await client.pullManifest(reference, signal);
      if (reference.digest !== undefined && digest !== reference.digest) {
        throw refused(reference, 'it names another digest than it was asked for');
      }
      return { digest, mediaType: answer.headers.get('content-type') ?? '' };
    },
    async pullManifest(reference, signal, { mayVisit } = {}) {
      const sent = await session.send({ ...askManifest(reference), mayVisit }, signal);
      const { body, headers } = checkStatus(sent, reference, reads(reference));
      const digest = checkDigest(body, reference.digest, reference);
      const content = parseManifest(body);
      if (!content) throw refused(reference, 'its manifest is no object');
      // Some would read it as an image, others as an index of other images.
      if (content['manifests'] !== undefined && content['layers'] !== undefined) {
        throw refused(reference, 'its manifest is an image and an index at once');
      }
      const { mediaType } = content;
      const type = typeof mediaType === 'string' ? mediaType : (headers.get('content-type') ?? '');
      return { digest, mediaType: type, content, bytes: body };
    },
    async pullBlob(reference, signal, { mayVisit, maxBytes = maxBlobBytes } = {}) {
      const answer = await session.send({ ...askBlob(reference, maxBytes), mayVisit }, signal);
      const { body } = checkStatus(answer, reference, reads(reference));
      checkDigest(body, reference.digest, reference);
      return body;
    },
    async headBlob(reference, signal) {
      const ask: Ask = { ...askBlob(reference, smallAnswerBytes), method: 'HEAD' };
      const answer = await session.send(ask, signal);
      if (answer.status === 404) return undefined;
      checkStatus(answer, reference, reads(reference));
      const length = answer.headers.get('content-length') ?? '';
      return /^\d{1,15}$/.test(length) ? Number(length) : 0;
    },
    openBlob: (reference, signal, opening) =>
      openBlob(session, reference, { signal, wait, ...opening }),
  };
  return client;
}

type Writing = Pick<RegistryClient, 'pushManifest' | 'pushBlob' | 'deleteTag'>;

function createWriting(
  session: RegistrySession,
  reading: Reading,
  uploading: Pick<Upload, 'pieceBytes' | 'wait'>,
): Writing {
  const writing: Writing = {
    async pushManifest(reference, { bytes, mediaType }, signal) {
      const digest = checkDigest(bytes, reference.digest, reference);
      const ask: Ask = {
        place: reference,
        path: `manifests/${reference.tag ?? digest}`,
        method: 'PUT',
        headers: { 'content-type': mediaType },
        body: bytes,
        maxBytes: smallAnswerBytes,
        actions: 'pull,push',
      };
      const answer = await session.send(ask, signal);
      checkStatus(answer, reference, { statuses: [201, 200], missed: 'not written' });
      const subject = parseDescriptor(parseManifest(bytes)?.['subject']);
      // Whoever keeps a list of referrers says so.
      if (subject && answer.headers.get('oci-subject') === undefined) {
        const own = { digest, mediaType, bytes };
        await listUnderTag({ ...writing, ...reading }, placeOf(reference), {
          subject,
          own,
          signal,
        });
      }
      return digest;
    },
    async pushBlob(place, source, signal, pushing = {}) {
      const reference = { ...place, digest: source.digest };
      const has = async () => (await reading.headBlob(reference, signal)) !== undefined;
      if (await has()) return 'there';
      const rest = { ms: 0 };
      return await pushBlob({
        session,
        ...uploading,
        ...pushing,
        place,
        source,
        rest,
        signal,
        has,
      });
    },
    async deleteTag({ tag, ...place }, signal) {
      const ask: Ask = {
        place,
        path: `manifests/${tag}`,
        method: 'DELETE',
        maxBytes: smallAnswerBytes,
        actions: 'pull,push,delete',
      };
      const answer = await session.send(ask, signal);
      if (answer.status === 404) return false;
      checkStatus(answer, place, { statuses: [202, 200, 204], missed: 'not deleted' });
      return true;
    },
  };
  return writing;
}

const smallAnswerBytes = 1024 * 1024;

function askManifest(reference: ArtifactReference): Ask {
  return {
    place: reference,
    path: `manifests/${whatOf(reference)}`,
    headers: { accept: manifestTypes },
    maxBytes: maxManifestBytes,
  };
}

function askBlob(reference: DigestReference, maxBytes: number): Ask {
  return {
    place: reference,
    path: `blobs/${reference.digest}`,
    headers: { accept: '*/*' },
    maxBytes,
  };
}

function whatOf({ digest, tag }: ArtifactReference): string {
  return digest ?? tag ?? 'latest';
}

function reads(reference: ArtifactReference): Parameters<typeof checkStatus>[2] {
  return { statuses: [200], missed: 'not read', what: whatOf(reference) };
}

function parseManifest(body: Uint8Array): JsonObject | undefined {
  try {
    const content: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return isJsonObject(content) ? content : undefined;
  } catch {
    return undefined;
  }
}
