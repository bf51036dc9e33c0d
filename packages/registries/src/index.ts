export {
  type ArtifactReference,
  formatArtifactReference,
  parseArtifactReference,
} from './artifact-reference.ts';
export { type CopyRequest, copyArtifact, resolveArtifact } from './copy/copy-artifact.ts';
export { isPlatform } from './copy/select-platforms.ts';
export { createRegistryClient, type RegistryClientOptions } from './create-registry-client.ts';
export type { Descriptor, ReferrerFilter } from './descriptor.ts';
export { type PulledChart, pullChart, toChartTag } from './pull-chart.ts';
export type {
  BlobSource,
  DigestReference,
  Manifest,
  ManifestHead,
  PullOptions,
  PushOptions,
  RegistryClient,
} from './registry-client.ts';
export type { Place } from './registry-errors.ts';
