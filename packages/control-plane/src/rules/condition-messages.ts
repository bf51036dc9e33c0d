import type { ConditionAnswer } from '@trueup/engine';

/** What goes to the thread that evaluates conditions: values as CEL has them, integers as `bigint`. */
export interface WorkerQuestion {
  readonly id: number;
  readonly conditions: readonly string[];
  /** The variables besides `change`, by name. */
  readonly facts: ReadonlyMap<string, unknown>;
  readonly changes: readonly unknown[];
  /** Whether there are steps at all, or the question is only about the plan. */
  readonly first: boolean;
}

/** One for each condition, as soon as it is there: so it is known which one takes too long. */
export interface WorkerAnswer {
  readonly id: number;
  readonly condition: number;
  /** `broken` names the step by its position, since the thread knows no resource ids. */
  readonly answer: ConditionAnswer & { readonly position?: number };
}
