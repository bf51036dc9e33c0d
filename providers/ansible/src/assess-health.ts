import type { JsonObject } from '@trueup/diagnostics';
import type { Health } from '@trueup/provider-sdk';

/** What a look found of one task on one host. */
export type TaskState =
  | 'right'
  | 'absent'
  | 'differs'
  | 'opaque'
  | 'failed'
  | 'unreached'
  | 'unreachable';

/** By the state that the observation holds. That a task differs is drift, not ill health. */
export function assessHealth(body: JsonObject | undefined): Health {
  if (body === undefined) {
    return {
      status: 'not-found',
      reason: 'NotFound',
      message: 'What the task makes is not there.',
    };
  }
  switch (body['state']) {
    case 'right':
      return { status: 'current', reason: 'AsDescribed', message: 'It is as the task says.' };
    case 'differs':
      return {
        status: 'current',
        reason: 'Differs',
        message: 'It is there, other than the task says.',
      };
    case 'failed':
    case 'unreached':
      return {
        status: 'current',
        reason: 'NotLookedInto',
        message: 'Check mode fails here, so that nothing is known beyond how the task last ended.',
      };
    case 'unreachable':
      return {
        status: 'unknown',
        reason: 'HostUnreachable',
        message: 'The host cannot be reached.',
      };
    default:
      return { status: 'unknown', reason: 'Unknown', message: 'Nothing is known about it.' };
  }
}
