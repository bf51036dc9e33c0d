import type { Diagnostic } from '@trueup/diagnostics';

/** What is wrong with one document, before it is known which file it stands in. */
export interface YamlProblem {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly summary: string;
  readonly advice?: string;
  /** Of the file, counted from 1. */
  readonly line: number;
  readonly column?: number;
}

export function toDiagnostic(problem: YamlProblem, file: string): Diagnostic {
  const { line, column, summary, ...rest } = problem;
  return {
    ...rest,
    path: [],
    origin: { file, line, ...(column !== undefined && { column }) },
    summary: `${file}: ${summary}`,
  };
}
