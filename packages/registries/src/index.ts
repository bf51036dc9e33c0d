export {
  type ArtifactReference,
  formatArtifactReference,
  parseArtifactReference,
} from './artifact-reference.ts';
export { type PulledChart, pullChart, toChartTag } from './pull-chart.ts';
export {
  createRegistryClient,
  type Manifest,
  type PullOptions,
  type RegistryClient,
  type RegistryClientOptions,
} from './registry-client.ts';
