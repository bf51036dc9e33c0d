export type { Clock } from './cluster/clock.ts';
export type {
  Drop,
  Fault,
  FaultEffect,
  FaultMatch,
  Latency,
  Refusal,
  Webhook,
} from './faults/fault.ts';
export type { RequestInfo, Verb } from './faults/request-info.ts';
export type { RequestFilter, RequestLog, RequestRecord } from './faults/request-log.ts';
export { type Sandbox, type SandboxOptions, startSandbox } from './start-sandbox.ts';
