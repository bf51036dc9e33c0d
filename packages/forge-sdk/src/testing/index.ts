export { describeForge } from './describe-forge.ts';
export { FaultClock } from './fault-clock.ts';
export type { ForgeCheck } from './forge-check.ts';
export { forgeChecks } from './forge-checks.ts';
export {
  type ForgeAbilities,
  type ForgeFailure,
  type ForgeFaults,
  type ForgeFixture,
  foreignText,
  type StagedEvent,
} from './forge-fixture.ts';
export { ForgeRehearsal, type Opened } from './forge-rehearsal.ts';
export type {
  ForgeStage,
  StagedCheck,
  StagedComment,
  StagedCommit,
  StagedMergeRequest,
  StagedPlace,
  StagedReview,
} from './forge-stage.ts';
export { ForgeWorld, type WorldGroup, type WorldUser } from './forge-world.ts';
export { signMemoryDelivery, writeMemoryDelivery } from './memory-delivery.ts';
export { type MemoryFixture, memoryAbilities, openMemoryFixture } from './memory-fixture.ts';
export { createMemoryForge, type MemoryForgeOptions } from './memory-forge.ts';
export { MemoryLink } from './memory-link.ts';
export { answerBy, type Routes } from './routes.ts';
export { sendToStandIn } from './send-to-stand-in.ts';
export {
  openStandInServer,
  pageOf,
  type StandInAnswer,
  type StandInOptions,
  type StandInRequest,
  type StandInServer,
} from './stand-in-server.ts';
export { type LineEnd, type LineOptions, TestLine } from './test-line.ts';
export type { WorldCommit } from './world-commits.ts';
export type {
  WorldComment,
  WorldMergeEnd,
  WorldMergeOrder,
  WorldMergeRequest,
  WorldNote,
  WorldReview,
  WorldStatus,
} from './world-merge-request.ts';
export type { WorldOpening, WorldRepository } from './world-repository.ts';
export { createWorldStage } from './world-stage.ts';
