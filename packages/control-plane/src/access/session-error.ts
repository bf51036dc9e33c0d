/** An end of a session's call that is the caller's to mend. Codes are public. */
export type SessionErrorCode =
  | 'ACCESS_DENIED'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'INVALID_REQUEST'
  | 'UNAVAILABLE';

/** What a session's call ends with when the caller has to mend something. */
export class SessionError extends Error {
  override readonly name = 'SessionError';
  readonly code: SessionErrorCode;

  constructor(code: SessionErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Also for what the actor may not view: a refusal would tell that it exists. */
export function notFound(what: string): SessionError {
  return new SessionError('NOT_FOUND', `${what}: not found`);
}
