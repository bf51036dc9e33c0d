/** The line of the repository that a value comes from. */
export interface Origin {
  /** From the repository's root, with forward slashes. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in code units. Absent where the line as a whole is meant. */
  readonly column?: number;
}
