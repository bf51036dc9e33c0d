import type { RequestFinding } from '@trueup/api';

/** Codes of problems that the server itself finds. Public. */
export type HttpProblemCode =
  | 'INVALID_REQUEST'
  | 'UNAUTHENTICATED'
  | 'ORIGIN_REFUSED'
  | 'PROOF_REQUIRED'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'CONFLICT'
  | 'LINK_INVALID'
  | 'REQUEST_TOO_LARGE'
  | 'MEDIA_TYPE_UNSUPPORTED'
  | 'TOO_MANY_REQUESTS'
  | 'TOO_MANY_STREAMS'
  | 'INTERNAL';

export interface HttpProblemExtra {
  readonly findings?: readonly RequestFinding[];
  /** Seconds until it is worth another try. */
  readonly retryAfterS?: number;
  /** The methods that the route takes. */
  readonly allow?: readonly string[];
}

/** An answer that is no success, thrown anywhere behind a route. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly code: HttpProblemCode;
  readonly extra: HttpProblemExtra;

  constructor(code: HttpProblemCode, detail: string, extra: HttpProblemExtra = {}) {
    super(detail);
    this.code = code;
    this.extra = extra;
  }
}
