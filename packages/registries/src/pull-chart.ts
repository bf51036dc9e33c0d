import { isJsonList, isJsonObject, type Json, StalledError } from '@trueup/diagnostics';

import { type ArtifactReference, formatArtifactReference } from './artifact-reference.ts';
import { isDigest } from './digest.ts';
import type { PullOptions, RegistryClient } from './registry-client.ts';

export interface PulledChart {
  /** Gzipped tar, as Helm packs it. */
  readonly archive: Uint8Array;
  /** Of the archive. */
  readonly digest: string;
}

/** What Helm calls the archive: https://helm.sh/docs/topics/registries/#helm-chart-manifest */
const archiveTypes: readonly string[] = [
  'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
  'application/tar+gzip',
];

/** A version holds a `+`, which no tag may. */
export function toChartTag(version: string): string {
  return version.replaceAll('+', '_');
}

/**
 * Pulls a chart that `helm push` has put there.
 *
 * @throws StalledError `REGISTRY_NO_CHART` when it is something else; else as `RegistryClient` does.
 */
export async function pullChart(
  client: RegistryClient,
  reference: ArtifactReference,
  signal: AbortSignal,
  options: PullOptions = {},
): Promise<PulledChart> {
  const { content } = await client.pullManifest(reference, signal, options);
  const layers = isJsonList(content['layers']) ? content['layers'] : [];
  const digest = layers.map(archiveDigest).find((found) => found !== undefined);
  if (digest === undefined) {
    const name = formatArtifactReference(reference);
    throw new StalledError('REGISTRY_NO_CHART', `${name}: not taken: it is no Helm chart`, name);
  }
  const archive = await client.pullBlob({ ...reference, digest }, signal, options);
  return { archive, digest };
}

function archiveDigest(layer: Json): string | undefined {
  if (!isJsonObject(layer)) return undefined;
  const { mediaType, digest } = layer;
  const isArchive = typeof mediaType === 'string' && archiveTypes.includes(mediaType);
  return isArchive && isDigest(digest) ? digest : undefined;
}
