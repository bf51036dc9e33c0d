export { describeProvider } from './describe-provider.ts';
export { type Fault, FaultScript, Link } from './fault-script.ts';
export { type HostFixture, hostAbilities, openHostFixture } from './host-fixture.ts';
export { type HostAction, type HostEffect, type HostFile, HostFleet } from './host-fleet.ts';
export type { HostTask } from './host-prepare.ts';
export { createHostProvider } from './host-provider.ts';
export { createMemoryFiles, type MemoryFiles } from './memory-files.ts';
export type { ProviderCheck } from './provider-check.ts';
export { providerChecks } from './provider-checks.ts';
export type { ProviderAbilities, ProviderFixture } from './provider-fixture.ts';
export { Rehearsal, reveals } from './rehearsal.ts';
export { SavedPlanCloud } from './saved-plan-cloud.ts';
export {
  openSavedPlanFixture,
  type SavedPlanFixture,
  savedPlanAbilities,
} from './saved-plan-fixture.ts';
export type { SavedResource } from './saved-plan-prepare.ts';
export { createSavedPlanProvider } from './saved-plan-provider.ts';
export {
  type Thing,
  type ThingAction,
  ThingCloud,
  type ThingCloudOptions,
  type ThingEffect,
} from './thing-cloud.ts';
export { openThingFixture, type ThingFixture, thingAbilities } from './thing-fixture.ts';
export type { ThingFile } from './thing-prepare.ts';
export { createThingProvider, type ThingProviderOptions } from './thing-provider.ts';
