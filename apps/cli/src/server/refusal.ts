import type { RequestFinding } from '@trueup/api';

import { type ExitCode, exitCodes } from '../exit-code.ts';

/** By what it has: the client is loaded only by commands that ask a server. */
export interface Refusal extends Error {
  readonly code: string;
  /** Absent where no answer came. */
  readonly status?: number;
  readonly problem?: { readonly findings?: readonly RequestFinding[] };
}

/** Whether a server refused, or gave no answer; by its code, where one is asked for. */
export function isRefusal(error: unknown, code?: RegExp): error is Refusal {
  if (!(error instanceof Error && 'code' in error)) return false;
  const isOne =
    error.name === 'UnreachableError' || (error.name === 'ApiError' && 'status' in error);
  return isOne && (code === undefined || code.test(String(error.code)));
}

/** What the process ends with for what a server answered; without a status it gave no answer. */
export function codeOfStatus(status: number | undefined): ExitCode {
  if (status === undefined || status >= 502) return exitCodes.noAnswer;
  return [400, 404, 410, 413, 422].includes(status) ? exitCodes.badInput : exitCodes.failed;
}
