/** Of an index, what belongs to the platforms that somebody names. */
import { isJsonList, isJsonObject, type Json, StalledError } from '@trueup/diagnostics';
import type { Place } from '../artifact-reference.ts';
import { digestOf } from '../digest.ts';
import type { Manifest, RegistryClient } from '../registry-client.ts';

const platformPattern = /^[a-z\d]{1,40}\/[a-z\d]{1,40}(?:\/[a-z\d.]{1,40})?$/;

/** `linux/amd64`, `linux/arm/v7`. */
export function isPlatform(text: unknown): text is string {
  return typeof text === 'string' && platformPattern.test(text);
}

export interface Selection {
  readonly client: RegistryClient;
  readonly place: Place;
  readonly platforms: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * One platform is its own image, with the digest that it has; several are an index that holds only these,
 * which has a digest of its own, always the same. Attestations of what stays stay. A manifest that is no
 * index is left as it is. `REGISTRY_REFUSED` where a platform is missing.
 */
export async function selectPlatforms(index: Manifest, selection: Selection): Promise<Manifest> {
  const { client, place, platforms, signal } = selection;
  const { manifests } = index.content;
  if (!isJsonList(manifests) || platforms.length === 0) return index;
  const chosen = platforms.map((platform) => {
    const found = manifests.find((one) => matches(one, platform));
    const digest = isJsonObject(found) ? found['digest'] : undefined;
    if (typeof digest === 'string') return digest;
    const subject = `${place.host}/${place.repository}`;
    const message = `${subject}: not taken: it is not there for ${platform}`;
    throw new StalledError('REGISTRY_REFUSED', message, subject);
  });
  const [only = '', ...others] = new Set(chosen);
  if (others.length === 0) return await client.pullManifest({ ...place, digest: only }, signal);
  return keep(index, manifests, new Set(chosen));
}

function keep(
  index: Manifest,
  manifests: readonly Json[],
  digests: ReadonlySet<unknown>,
): Manifest {
  const kept = manifests.filter((one) => digests.has(digestIn(one)) || attests(one, digests));
  if (kept.length === manifests.length) return index;
  const content = { ...index.content, manifests: kept };
  const bytes = Buffer.from(JSON.stringify(content));
  return { mediaType: index.mediaType, content, bytes, digest: digestOf(bytes) };
}

/** Without a variant, any is meant. */
function matches(entry: Json, wanted: string): boolean {
  const platform = isJsonObject(entry) ? entry['platform'] : undefined;
  if (!isJsonObject(platform)) return false;
  const { os, architecture, variant } = platform;
  const own = [os, architecture];
  return [own, [...own, variant]].some((parts) => parts.join('/') === wanted);
}

/** BuildKit keeps attestations beside what they are about. */
function attests(entry: Json, digests: ReadonlySet<unknown>): boolean {
  const annotations = isJsonObject(entry) ? entry['annotations'] : undefined;
  const about = isJsonObject(annotations) ? annotations['vnd.docker.reference.digest'] : undefined;
  return about !== undefined && digests.has(about);
}

function digestIn(entry: Json): Json | undefined {
  return isJsonObject(entry) ? entry['digest'] : undefined;
}
