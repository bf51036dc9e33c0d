export type {
  LoopbackRegistryOptions,
  RequestFault,
  StoredRepository,
} from './loopback-exchange.ts';
export {
  type LoopbackRegistry,
  startLoopbackRegistry,
  storeArtifact,
  storeManifest,
} from './loopback-registry.ts';
export { type RealRegistry, registryProgram, startRealRegistry } from './real-registry.ts';
