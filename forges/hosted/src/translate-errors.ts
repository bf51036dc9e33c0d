import { OperationError, StalledError, TransientError } from '@trueup/diagnostics';

/**
 * What the store, the members or git throw, in this forge's words. Errors of the two families are ours
 * already and keep their codes, an aborted call keeps the signal's reason; anything else may repeat
 * foreign text, and is told by its place alone.
 */
export function translateError(error: unknown, path: string, signal?: AbortSignal): unknown {
  if (signal?.aborted || error instanceof OperationError) return error;
  return new TransientError('FORGE_UNAVAILABLE', `${path}: the built-in forge failed`, path);
}

export function notFound(subject: string): StalledError {
  return new StalledError('FORGE_NOT_FOUND', `${subject}: not found`, subject);
}

/** The caller asks for what cannot be. `why` ends the sentence. */
export function invalid(subject: string, why: string): StalledError {
  return new StalledError('FORGE_REQUEST_INVALID', `${subject}: ${why}`, subject);
}

/** It does not fit to how things stand. */
export function conflict(subject: string, why: string): StalledError {
  return new StalledError('FORGE_CONFLICT', `${subject}: ${why}`, subject);
}

export function denied(subject: string, what: string): StalledError {
  return new StalledError('FORGE_FORBIDDEN', `${subject}: you may not ${what}`, subject);
}

/** A record that no version of ours wrote. */
export function unreadable(subject: string): StalledError {
  const message = `${subject}: not read: a record of it has another form than it should`;
  return new StalledError('FORGE_ANSWER_UNKNOWN', message, subject);
}

/** Says no more: whoever asks may be anybody. */
export function unauthorized(subject: string): StalledError {
  const message = `${subject}: not asked: the credential is not one that is taken here`;
  return new StalledError('FORGE_UNAUTHORIZED', message, subject);
}
