import { type Place, placeOf } from '../artifact-reference.ts';
import { digestOf } from '../digest.ts';
import type { RegistryClient } from '../registry-client.ts';
import type { PackedArtifact } from './pack-artifact.ts';

/** Moves no tag. What is there is not sent again. Rejects as {@link RegistryClient} does. */
export async function pushArtifact(
  client: RegistryClient,
  to: Place,
  { artifact, signal }: { readonly artifact: PackedArtifact; readonly signal: AbortSignal },
): Promise<void> {
  const place = placeOf(to);
  for (const bytes of [artifact.config, artifact.layer]) {
    await pushBytes(client, place, { bytes, signal });
  }
  const { digest } = artifact.manifest;
  await client.pushManifest({ ...place, digest }, artifact.manifest, signal);
}

export async function pushBytes(
  client: RegistryClient,
  place: Place,
  { bytes, signal }: { readonly bytes: Uint8Array; readonly signal: AbortSignal },
): Promise<void> {
  const open = async function* (_signal: AbortSignal, start: number) {
    yield bytes.subarray(start);
  };
  await client.pushBlob(place, { digest: digestOf(bytes), size: bytes.length, open }, signal);
}
