/**
 * Files as an artifact that Flux and oras read. The same files and annotations always give the same digest,
 * on every machine and at every time.
 *
 * Media types: https://fluxcd.io/flux/cheatsheets/oci-artifacts/
 */

import { digestOf } from '../digest.ts';
import type { Manifest } from '../registry-client.ts';
import { type ArchiveFile, writeGzip, writeTar } from './write-tar.ts';

export interface PackedArtifact {
  readonly manifest: Pick<Manifest, 'bytes' | 'mediaType' | 'digest'>;
  readonly config: Uint8Array;
  readonly layer: Uint8Array;
}

const fluxConfigType = 'application/vnd.cncf.flux.config.v1+json';
const fluxContentType = 'application/vnd.cncf.flux.content.v1.tar+gzip';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

export function packArtifact(
  files: readonly ArchiveFile[],
  annotations: Readonly<Record<string, string>>,
): PackedArtifact {
  const tar = writeTar(files);
  const layer = writeGzip(tar);
  const config = toBytes({
    architecture: '',
    os: '',
    config: {},
    rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
  });
  const bytes = toBytes({
    schemaVersion: 2,
    mediaType: manifestType,
    artifactType: fluxConfigType,
    config: describe(fluxConfigType, config),
    layers: [
      {
        ...describe(fluxContentType, layer),
        // By which oras names the file that it writes.
        annotations: { 'org.opencontainers.image.title': 'manifests.tar.gz' },
      },
    ],
    annotations,
  });
  return { manifest: { bytes, mediaType: manifestType, digest: digestOf(bytes) }, config, layer };
}

function describe(mediaType: string, bytes: Uint8Array) {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

function toBytes(content: object): Uint8Array {
  return Buffer.from(JSON.stringify(content));
}
