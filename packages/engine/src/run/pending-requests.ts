/**
 * What a run was asked for and has not taken up: in order, at most three, and nothing that anybody asked
 * for is lost by what somebody else asks for after.
 *
 * Q1. An end is stronger than anything else, and a cancel stronger than a newer revision: whatever else is asked
 *     for, the run ends.
 * Q2. Of `hold` and `resume` the last word counts, since each is the other's opposite.
 * Q3. Glass that somebody broke, and what somebody said about a doubt, stay whatever is said later: they let
 *     the run go as `resume` does, and settle something besides.
 */
import type { RunRequest } from './run.ts';

/** As it is once one more has been asked for. */
export function addRequest(
  pending: readonly RunRequest[],
  request: RunRequest,
): readonly RunRequest[] {
  const end = pending.find(isEnd);
  if (end) return [strongerEnd(end, request)];
  switch (request.kind) {
    case 'cancel':
    case 'supersede':
      return [request];
    case 'hold':
      return [...pending.filter(settles), request];
    case 'resume': {
      const doubt = request.doubt ?? pending.map(doubtOf).find((one) => one !== undefined);
      const glass = pending.filter(({ kind }) => kind === 'break-glass');
      return [...glass, { ...request, ...(doubt && { doubt }) }];
    }
    case 'break-glass':
      return addGlass(pending, request);
  }
}

/** As it is once one of them was taken up, while others may have come in addition. */
export function takeRequest(
  pending: readonly RunRequest[],
  taken: RunRequest,
): readonly RunRequest[] {
  const text = textOf(taken);
  return pending.filter((one) => textOf(one) !== text);
}

/** The same for both, whoever wrote the members in which order. */
function textOf(request: RunRequest): string {
  return JSON.stringify(Object.entries(request).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function addGlass(
  pending: readonly RunRequest[],
  request: Extract<RunRequest, { readonly kind: 'break-glass' }>,
): readonly RunRequest[] {
  const before = pending.flatMap((one) => (one.kind === 'break-glass' ? one.digests : []));
  const digests = [...new Set([...before, ...request.digests])].sort();
  const answers = pending.filter((one) => doubtOf(one) !== undefined);
  return [...answers, { ...request, digests }];
}

function isEnd({ kind }: RunRequest): boolean {
  return kind === 'cancel' || kind === 'supersede';
}

/** Whoever cancelled first did it; of newer revisions the newest takes the place. */
function strongerEnd(end: RunRequest, request: RunRequest): RunRequest {
  if (end.kind === 'cancel' || !isEnd(request)) return end;
  return request;
}

function settles(request: RunRequest): boolean {
  return request.kind === 'break-glass' || doubtOf(request) !== undefined;
}

function doubtOf(request: RunRequest): 'repeat' | 'done' | undefined {
  return request.kind === 'resume' ? request.doubt : undefined;
}
