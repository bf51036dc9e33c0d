export {
  createProgramFinder,
  type FindProgram,
  type FoundProgram,
  type ProgramKind,
  type ProgramPlace,
} from './create-program-finder.ts';
export { findProgram } from './find-program.ts';
export { findExposure, type IsolationPrograms } from './isolation/find-exposure.ts';
export type {
  IsolationLevel,
  IsolationMeans,
  IsolationRequest,
  NetworkReach,
} from './isolation/isolation-request.ts';
export { blockedRanges } from './network/blocked-ranges.ts';
export type { LocalPlace } from './network/describe-routes.ts';
export { openPrivateFolder, type PrivateFolder } from './private-folder.ts';
export type { ProgramEnd, ProgramLimits, ProgramResult, ProgramSpec } from './program-spec.ts';
export { readLines } from './read-lines.ts';
export { runProgram } from './run-program.ts';
export { startProgram } from './start-program.ts';
export type { RunningProgram } from './supervise.ts';
