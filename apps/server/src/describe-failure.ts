/**
 * What the log may hold of an error that nobody expected: its kind and where it came from, not its
 * words. Those of a parser, for example, repeat what it could not read, which may be a secret (P5).
 */
export interface DescribedFailure {
  readonly name: string;
  readonly code?: string;
  /** Where in our code, the innermost first. */
  readonly at?: readonly string[];
}

export function describeFailure(error: unknown): DescribedFailure {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, stack = '' } = error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const at = stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim().slice('at '.length));
  return { name, ...(code !== undefined && { code }), at: at.slice(0, mostFrames) };
}

const mostFrames = 15;
