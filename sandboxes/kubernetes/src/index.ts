export type { Clock } from './cluster/clock.ts';
export { type Sandbox, type SandboxOptions, startSandbox } from './start-sandbox.ts';
