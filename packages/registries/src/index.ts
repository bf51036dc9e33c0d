export type { Place } from './artifact-reference.ts';
export {
  type ArtifactReference,
  formatArtifactReference,
  parseArtifactReference,
} from './artifact-reference.ts';
export { type PackedArtifact, packArtifact } from './artifacts/pack-artifact.ts';
export { pullArtifact } from './artifacts/pull-artifact.ts';
export { pushArtifact } from './artifacts/push-artifact.ts';
export type { ArchiveFile } from './artifacts/write-tar.ts';
export { isWhole } from './copy/collect-parts.ts';
export { type CopyRequest, copyArtifact, resolveArtifact } from './copy/copy-artifact.ts';
export { isPlatform } from './copy/select-platforms.ts';
export { createRegistryClient, type RegistryClientOptions } from './create-registry-client.ts';
export type { Descriptor, ReferrerFilter } from './descriptor.ts';
export { parseLogin } from './parse-login.ts';
export { type PulledChart, pullChart, toChartTag } from './pull-chart.ts';
export type {
  BlobSource,
  DigestReference,
  Manifest,
  ManifestHead,
  OpenOptions,
  PullOptions,
  PushOptions,
  RegistryClient,
} from './registry-client.ts';
export {
  addSignature,
  hasSignature,
  type SigningOptions,
  type VerifyingOptions,
} from './signatures/signatures.ts';
export { parseSigningKey, parseVerificationKey } from './signatures/simple-signing.ts';
