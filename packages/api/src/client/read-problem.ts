import { parseWire } from '../wire/json-text.ts';
import type { Problem } from '../wire/problem.ts';
import { ApiError, UnreachableError } from './api-error.ts';

/** The error that an answer from 400 on stands for. Reads its body. */
export async function readProblem(response: Response): Promise<ApiError | UnreachableError> {
  const problem = isProblem(response) ? toProblem(await response.text()) : undefined;
  if (problem) return new ApiError(problem);
  await response.body?.cancel();
  const { status } = response;
  return new UnreachableError(`${originOf(response.url)}: answered ${status}, but not as Trueup`);
}

export function isJson({ headers }: Response): boolean {
  return mediaType(headers) === 'application/json';
}

function isProblem({ headers }: Response): boolean {
  return mediaType(headers) === 'application/problem+json';
}

export function mediaType(headers: Headers): string {
  return headers.get('content-type')?.split(';')[0]?.trim() ?? '';
}

export function toProblem(text: string): Problem | undefined {
  try {
    const value = parseWire(text);
    return isProblemValue(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isProblemValue(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false;
  const members = new Map<string, unknown>(Object.entries(value));
  const texts = ['code', 'detail', 'title', 'type'].map((name) => members.get(name));
  return typeof members.get('status') === 'number' && texts.every((one) => typeof one === 'string');
}

/** Paths and queries are left out: they may hold names that do not belong into an error. */
export function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'the server';
}
