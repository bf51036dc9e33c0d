import { type OperationError, StalledError, TransientError } from '@trueup/diagnostics';

/**
 * What a status without success means on every forge. The body is not looked at: it may repeat
 * anything, our credential included.
 */
export function translateStatus(status: number, subject: string): OperationError {
  switch (status) {
    case 401:
      return stalled('FORGE_UNAUTHORIZED', subject, 'the forge does not take our credential');
    case 403:
      return stalled('FORGE_FORBIDDEN', subject, 'our credential does not allow it');
    case 404:
    case 410:
      return stalled('FORGE_NOT_FOUND', subject, 'it does not exist, or we may not see it');
    case 408:
      return transient(subject, status);
    default:
      return status >= 500
        ? transient(subject, status)
        : stalled('FORGE_REFUSED', subject, `the forge refuses it with status ${status}`);
  }
}

function stalled(code: string, subject: string, why: string): StalledError {
  return new StalledError(code, `${subject}: not done: ${why}`, subject);
}

function transient(subject: string, status: number): TransientError {
  const message = `${subject}: not done: the forge answers with status ${status}`;
  return new TransientError('FORGE_UNAVAILABLE', message, subject);
}
