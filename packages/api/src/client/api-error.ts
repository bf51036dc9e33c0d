import type { Problem } from '../wire/problem.ts';

/** What the server answered from 400 on. `code` says why, for programs. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.status = problem.status;
    this.code = problem.code;
    this.problem = problem;
  }
}

/** No answer came, or none of Trueup: the server is away, or something else stands before it. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  readonly code = 'API_UNREACHABLE';
}
