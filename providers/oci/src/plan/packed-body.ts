/** An artifact within the body of a resource, and what a body asks for. */
import type { JsonObject } from '@trueup/diagnostics';
import { isJsonObject } from '@trueup/diagnostics';
import type { DesiredResource } from '@trueup/provider-sdk';
import {
  type DigestReference,
  type PackedArtifact,
  parseArtifactReference,
} from '@trueup/registries';

/** What a tag is to point at, and where that comes from. */
export type Wanted =
  | { readonly kind: 'copy'; readonly digest: string; readonly order: CopySource }
  | {
      readonly kind: 'push';
      readonly digest: string;
      readonly artifact: PackedArtifact;
      readonly signed: boolean;
    };

export interface CopySource {
  readonly from: DigestReference;
  readonly platforms: readonly string[];
  readonly referrers: boolean;
}

const mediaType = 'application/vnd.oci.image.manifest.v1+json';

export function writePacked({ manifest, config, layer }: PackedArtifact): JsonObject {
  const toText = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  return { manifest: toText(manifest.bytes), config: toText(config), layer: toText(layer) };
}

/** @throws Error for a body that `prepareStack` did not make. */
export function wantedOf({ body }: Pick<DesiredResource, 'body'>): Wanted {
  const { digest, from, packed, platforms, referrers, signed } = body;
  if (typeof digest !== 'string') throw new Error('A desired tag names a digest.');
  if (isJsonObject(packed)) {
    const artifact = readPacked(packed, digest);
    return { kind: 'push', digest, artifact, signed: signed === true };
  }
  const found = typeof from === 'string' ? parseArtifactReference(from) : undefined;
  if (found?.digest === undefined) throw new Error('A desired tag names where it comes from.');
  const chosen = Array.isArray(platforms) ? platforms.filter((one) => typeof one === 'string') : [];
  const source = { host: found.host, repository: found.repository, digest: found.digest };
  const order = { from: source, platforms: chosen, referrers: referrers === true };
  return { kind: 'copy', digest, order };
}

function readPacked(packed: JsonObject, digest: string): PackedArtifact {
  const toBytes = (name: string) => {
    const text = packed[name];
    if (typeof text !== 'string') throw new Error('A packed artifact has all its parts.');
    return Buffer.from(text, 'base64');
  };
  const manifest = { bytes: toBytes('manifest'), mediaType, digest };
  return { manifest, config: toBytes('config'), layer: toBytes('layer') };
}
