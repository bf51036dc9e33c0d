/** What goes to the thread that evaluates conditions. */
export interface ConditionQuestion {
  readonly id: number;
  /** In CEL, over `change`. */
  readonly conditions: readonly string[];
  readonly changes: readonly unknown[];
}

export interface ConditionAnswer {
  readonly id: number;
  /** By condition: positions of the changes for which it holds. */
  readonly answers: readonly (readonly number[])[];
}
