export { describeProvider, type ProviderFixture } from './describe-provider.ts';
export { createMemoryFiles, type MemoryFiles } from './memory-files.ts';
export {
  type Thing,
  type ThingAction,
  ThingCloud,
  type ThingCloudOptions,
  type ThingEffect,
  type ThingFault,
} from './thing-cloud.ts';
export type { ThingFile } from './thing-prepare.ts';
export { createThingProvider, type ThingProviderOptions } from './thing-provider.ts';
