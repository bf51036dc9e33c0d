/** What registries' answers mean. Errors name host and repository only. */
import { StalledError, TransientError } from '@trueup/diagnostics';

import type { Place } from './artifact-reference.ts';
import { digestOf } from './digest.ts';

/** What did not happen, for messages. */
export type Missed = 'not read' | 'not written' | 'not deleted';

export interface Expectation {
  readonly statuses: readonly number[];
  readonly missed: Missed;
  /** What was asked for, by its tag or digest. */
  readonly what?: string;
}

/** @throws StalledError `REGISTRY_NOT_FOUND`, `REGISTRY_DENIED`, `REGISTRY_REFUSED`; TransientError `REGISTRY_UNAVAILABLE`. */
export function checkStatus<T extends { readonly status: number }>(
  answer: T,
  place: Place,
  { statuses, missed, what = 'such thing' }: Expectation,
): T {
  const { status } = answer;
  const subject = nameOf(place);
  if (statuses.includes(status)) return answer;
  if (status === 404) {
    const message = `${subject}: ${missed}: there is no \`${what}\``;
    throw new StalledError('REGISTRY_NOT_FOUND', message, subject);
  }
  if (status === 401 || status === 403) {
    throw new StalledError('REGISTRY_DENIED', `${subject}: ${missed}: access is denied`, subject);
  }
  if (status === 429 || status >= 500) {
    const message = `${subject}: ${missed}: the registry answers ${status}`;
    throw new TransientError('REGISTRY_UNAVAILABLE', message, subject);
  }
  throw refused(place, `the registry answers ${status}`, missed);
}

export function refused(place: Place, why: string, missed: Missed = 'not read'): StalledError {
  const subject = nameOf(place);
  return new StalledError('REGISTRY_REFUSED', `${subject}: ${missed}: ${why}`, subject);
}

/** Nothing is handed out or taken that has another digest. Returns the digest of the content. */
export function checkDigest(body: Uint8Array, expected: string | undefined, place: Place): string {
  const digest = digestOf(body);
  if (expected === undefined || expected === digest) return digest;
  throw otherContent(place, expected);
}

export function otherContent(place: Place, expected: string): StalledError {
  const subject = nameOf(place);
  const message = `${subject}: not taken: the registry sent other content than ${expected}`;
  return new StalledError('REGISTRY_DIGEST_MISMATCH', message, subject);
}

export function truncated(place: Place): TransientError {
  const subject = nameOf(place);
  const message = `${subject}: not taken: the content ended too early`;
  return new TransientError('REGISTRY_TRUNCATED', message, subject);
}

function nameOf({ host, repository }: Place): string {
  return `${host}/${repository}`;
}
