/** Brings what hangs on an artifact: what names it as its subject, and what cosign keeps under tags. */
import type { ManifestHead, RegistryClient } from '../registry-client.ts';
import type { Collecting, Part } from './collect-parts.ts';

/** A signature of a list of contents; deeper chains are not made. */
const deepestReferrer = 2;

/** Where cosign keeps signatures, attestations and lists of contents: `sha256-….sig`. */
const cosignSuffixes: readonly string[] = ['sig', 'att', 'sbom'];

type Bring = (copy: Collecting, root: Awaited<ReturnType<Pull>>) => Promise<Part>;
type Pull = RegistryClient['pullManifest'];

export async function copyReferrers(
  copy: Collecting,
  root: Part,
  bring: Bring,
  depth: number = deepestReferrer,
): Promise<void> {
  if (depth <= 0) return;
  for (const digest of digestsOf(root)) {
    for (const part of await bringOf(copy, digest, bring)) {
      await copyReferrers(copy, part, bring, depth - 1);
    }
  }
}

async function bringOf(copy: Collecting, digest: string, bring: Bring): Promise<readonly Part[]> {
  const { client, from, signal } = copy;
  const parts: Part[] = [];
  for (const referrer of await client.listReferrers({ ...from, digest }, signal)) {
    const own = { ...from, digest: referrer.digest };
    parts.push(await bring(copy, await client.pullManifest(own, signal)));
  }
  for (const suffix of cosignSuffixes) {
    const part = await bringTagged(copy, `${digest.replace(':', '-')}.${suffix}`, bring);
    if (part) parts.push(part);
  }
  return parts;
}

async function bringTagged(copy: Collecting, tag: string, bring: Bring): Promise<Part | undefined> {
  const { client, from, to, signal } = copy;
  const head = await client.headManifest({ ...from, tag }, signal);
  if (!head) return undefined;
  const { digest } = head;
  const manifest = await client.pullManifest({ ...from, digest }, signal);
  const part = await bring(copy, manifest);
  const there: ManifestHead | undefined = await client.headManifest({ ...to, tag }, signal);
  if (there?.digest !== digest) await client.pushManifest({ ...to, tag }, manifest, signal);
  return part;
}

function digestsOf({ manifest, children }: Part): readonly string[] {
  return [manifest.digest, ...children.flatMap(digestsOf)];
}
