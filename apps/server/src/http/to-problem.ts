/**
 * Says what became of a request in the words of the wire. The one place where errors become
 * answers: what is not known to be fit for the outside is `INTERNAL`, and stands in the log alone.
 */
import type { Problem } from '@trueup/api';
import { SessionError } from '@trueup/control-plane';
import { OperationError } from '@trueup/diagnostics';

import { HttpProblem, type HttpProblemExtra } from './http-problem.ts';

export interface ToldProblem {
  readonly problem: Problem;
  readonly retryAfterS?: number;
  readonly allow?: readonly string[];
  /** Nobody but us can mend it: it belongs into the log. */
  readonly ours: boolean;
}

export function toProblem(error: unknown, request: string): ToldProblem {
  const { code, detail, extra = {} } = read(error);
  const { status, title } = known.get(code) ?? statusOf(error);
  const { findings, allow, retryAfterS = status === 503 ? 5 : undefined } = extra;
  const type = `https://trueup.dev/errors#${code}`;
  return {
    problem: { type, title, status, code, detail, request, ...(findings && { findings }) },
    ...(retryAfterS !== undefined && { retryAfterS }),
    ...(allow && { allow }),
    ours: status === 500,
  };
}

interface ReadError {
  readonly code: string;
  readonly detail: string;
  readonly extra?: HttpProblemExtra;
}

function read(error: unknown): ReadError {
  if (error instanceof HttpProblem) {
    return { code: error.code, detail: error.message, extra: error.extra };
  }
  if (error instanceof SessionError || error instanceof OperationError) {
    return { code: error.code, detail: error.message };
  }
  const foreign = codeOf(error);
  return translated.get(foreign) ?? { code: 'INTERNAL', detail: 'The server failed.' };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** What fastify refuses before a route is reached. Its messages repeat what was sent. */
const translated: ReadonlyMap<string, ReadError> = new Map([
  ['FST_ERR_CTP_BODY_TOO_LARGE', { code: 'REQUEST_TOO_LARGE', detail: 'The body is too large.' }],
  [
    'FST_ERR_CTP_INVALID_MEDIA_TYPE',
    { code: 'MEDIA_TYPE_UNSUPPORTED', detail: 'The body has to be application/json.' },
  ],
  ...[
    'FST_ERR_CTP_EMPTY_JSON_BODY',
    'FST_ERR_CTP_INVALID_JSON_BODY',
    'FST_ERR_CTP_INVALID_CONTENT_LENGTH',
    'FST_ERR_BAD_URL',
    'FST_ERR_MAX_PARAM_LENGTH',
  ].map((code): [string, ReadError] => [
    code,
    { code: 'INVALID_REQUEST', detail: 'The request cannot be read.' },
  ]),
]);

interface Meaning {
  readonly status: number;
  readonly title: string;
}

const known: ReadonlyMap<string, Meaning> = new Map([
  ['INVALID_REQUEST', { status: 400, title: 'The request is not valid' }],
  ['STORE_BAD_CURSOR', { status: 400, title: 'The page cursor is not valid' }],
  ['UNAUTHENTICATED', { status: 401, title: 'A valid token is needed' }],
  ['ORIGIN_REFUSED', { status: 403, title: 'A page of another server asks' }],
  ['PROOF_REQUIRED', { status: 403, title: 'Prove once more who you are' }],
  ['ACCESS_DENIED', { status: 403, title: 'Your roles do not allow this' }],
  ['NOT_FOUND', { status: 404, title: 'There is no such thing' }],
  ['METHOD_NOT_ALLOWED', { status: 405, title: 'The route takes other methods' }],
  ['CONFLICT', { status: 409, title: 'It does not fit to how things stand' }],
  ['LINK_INVALID', { status: 410, title: 'The link cannot be used' }],
  ['REQUEST_TOO_LARGE', { status: 413, title: 'The request is too large' }],
  ['MEDIA_TYPE_UNSUPPORTED', { status: 415, title: 'The body is of another type' }],
  ['TOO_MANY_REQUESTS', { status: 429, title: 'Too many attempts' }],
  ['TOO_MANY_STREAMS', { status: 503, title: 'Too many streams are open' }],
  ['UNAVAILABLE', { status: 503, title: 'Not available at present' }],
  ['INTERNAL', { status: 500, title: 'The server failed' }],
]);

/** Of the two families: what may work later, and what somebody has to mend first. */
function statusOf(error: unknown): Meaning {
  if (error instanceof OperationError && error.family === 'transient') {
    return { status: 503, title: 'It may work later' };
  }
  return { status: 409, title: 'Somebody has to mend something first' };
}
