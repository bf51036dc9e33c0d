import { readList, readText } from '@trueup/diagnostics';
import type { Health, HealthStatus } from '@trueup/provider-sdk';

export interface Condition {
  readonly type: string;
  /** `True`, `False` or `Unknown`. */
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** A rule for one kind. `undefined` where it has nothing to say: then the general rules decide. */
export type Assess = (body: unknown) => Health | undefined;

export function verdict(status: HealthStatus, reason: string, message: string): Health {
  const isWord = /^[A-Z][A-Za-z0-9]{0,100}$/.test(reason);
  const line = message.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
  return {
    status,
    reason: isWord ? reason : 'Unspecified',
    message: line || `${reason || status}.`,
  };
}

export function current(message: string): Health {
  return verdict('current', 'Current', message);
}

export function inProgress(reason: string, message: string): Health {
  return verdict('in-progress', reason, message);
}

export function failed(reason: string, message: string): Health {
  return verdict('failed', reason, message);
}

export function conditionsOf(body: unknown): readonly Condition[] {
  return readList(body, 'status', 'conditions').map((one) => ({
    type: readText(one, 'type') ?? '',
    status: readText(one, 'status') ?? '',
    reason: readText(one, 'reason') ?? '',
    message: readText(one, 'message') ?? '',
  }));
}

export function conditionOf(body: unknown, type: string): Condition | undefined {
  return conditionsOf(body).find((one) => one.type === type);
}

/** What a condition says, in its own words. */
export function byCondition(
  status: HealthStatus,
  { type, reason, message, status: value }: Condition,
): Health {
  return verdict(status, reason || type, message || `${type} is ${value}.`);
}
