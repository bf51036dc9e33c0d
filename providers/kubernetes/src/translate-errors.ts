import { OperationError, StalledError, TransientError } from '@trueup/diagnostics';
import type { ResourceId } from '@trueup/provider-sdk';

import {
  KubernetesApiError,
  NoConnectionError,
  UntrustedServerError,
} from './kubernetes-client.ts';

/** The server may have done what it was asked for: nobody knows. */
export const noAnswer = 'KUBERNETES_NO_ANSWER';

/** Runs one API call for `subject` and turns its failure into one that the engine can act on. */
export async function translateErrors<T>(
  subject: ResourceId | undefined,
  signal: AbortSignal,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    // A call that was cancelled has not failed, whatever it says.
    signal.throwIfAborted();
    throw toOperationError(subject, cause);
  }
}

export function toOperationError(subject: ResourceId | undefined, cause: unknown): OperationError {
  if (cause instanceof OperationError) return cause;
  const name = subject ?? 'kubernetes';
  if (cause instanceof UntrustedServerError) {
    const message = `${name}: the server could not prove who it is: ${cause.code}`;
    return new StalledError('KUBERNETES_UNTRUSTED', message, subject);
  }
  if (cause instanceof NoConnectionError) {
    const message = `${name}: the cluster cannot be reached: ${cause.code}`;
    return new TransientError('KUBERNETES_UNREACHABLE', message, subject);
  }
  if (!(cause instanceof KubernetesApiError) || isServerFault(cause)) {
    const message = `${name}: the cluster did not answer: ${whyOf(cause)}`;
    return new TransientError(noAnswer, message, subject);
  }

  const [Family, code] = familyOf(cause);
  return new Family(code, `${name}: refused by the cluster: ${describeRefusal(cause)}`, subject);
}

/** A word that tells a lost connection from a fault of ours. Messages of others may hold anything. */
function whyOf(cause: unknown): string {
  if (cause instanceof KubernetesApiError) return `${cause.status} ${cause.reason}`;
  if (!(cause instanceof Error)) return 'for no reason that it tells';
  return 'code' in cause && /^[A-Z][A-Z\d_]{2,40}$/.test(`${cause.code}`)
    ? `${cause.code}`
    : cause.name;
}

/** Reason and fields at fault, without a value. */
export function describeRefusal({ reason, fields, traits, problems }: KubernetesApiError): string {
  const parts = fields.map((field) => {
    const problem = problems.get(field);
    return problem === undefined ? field : `${field}: ${problem}`;
  });
  const where = parts.length > 0 ? ` (${parts.join(', ')})` : '';
  const why = traits.map((trait) => explanations[trait]).find((one) => one !== undefined);
  return `${reason}${where}${why ? `: ${why}` : ''}`;
}

const explanations: Readonly<Record<string, string | undefined>> = {
  immutable: 'the field cannot be changed in place',
  'namespace-missing': 'its namespace does not exist',
  'namespace-terminating': 'its namespace is being deleted',
  'kind-unknown': 'the cluster does not know its kind',
  'dry-run-unsupported': 'a webhook does not support dry runs',
  webhook: 'an admission webhook objected',
  'too-large': 'it is larger than the cluster takes',
  malformed: 'it does not fit its type',
};

type Family = readonly [typeof StalledError | typeof TransientError, string];

/** A 4xx answer will be the same next time, except those that ask us to look or come back. */
function familyOf({ status, reason, traits }: KubernetesApiError): Family {
  if (reason === 'AlreadyExists') return [StalledError, 'KUBERNETES_EXISTS'];
  if (status === 409) return [TransientError, 'KUBERNETES_CONFLICT'];
  if ([408, 429, 503].includes(status)) return [TransientError, 'KUBERNETES_BUSY'];
  if (traits.includes('namespace-terminating')) return [TransientError, 'KUBERNETES_TERMINATING'];
  if (status === 401 || (status === 403 && !traits.includes('webhook'))) {
    return [StalledError, 'KUBERNETES_FORBIDDEN'];
  }
  return [StalledError, 'KUBERNETES_REFUSED'];
}

/** 503 is not one: the server says that it did not even begin. */
function isServerFault({ status, traits }: KubernetesApiError): boolean {
  return status >= 500 && status !== 503 && !traits.includes('webhook');
}
