export { MemoryStore } from '../store/memory/memory-store.ts';
export { describeReopening } from './describe-reopening.ts';
export { describeStore } from './describe-store.ts';
export {
  sampleAlert,
  sampleChange,
  sampleChangeSet,
  sampleDigest,
  sampleDrift,
  samplePlan,
  samplePlanned,
  sampleRepository,
  sampleResource,
  sampleRollout,
  sampleRun,
  sampleStack,
  sampleTime,
} from './sample-records.ts';
export type { DurableStoreFixture, StoreFixture } from './store-fixture.ts';
