/** What every comparison is made of. */
import type { Sample } from './sample.ts';

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly unit: 'ms' | 's' | 'MiB' | 'requests' | 'x';
  readonly ours: Sample;
  /** Measured in the same run, in turns with ours. */
  readonly rival?: { readonly name: string; readonly sample: Sample };
  readonly target: Target;
}

/**
 * - `times-faster`: the rival's median over ours is at least this.
 * - `at-most`: our median is not above this.
 * - `times-slower`: our median over the rival's is below this.
 * - `none`: shown for comparison only.
 */
export type Target =
  | { readonly kind: 'times-faster' | 'times-slower' | 'at-most'; readonly bound: number }
  | { readonly kind: 'none' };

export interface SuiteContext {
  /** How often each side is measured. */
  readonly rounds: number;
  /** Shown at once: a long suite should not be silent. */
  readonly report: (row: Row) => void;
  /** What is being done, for whoever waits. */
  readonly note: (text: string) => void;
  /** For files of this run; emptied when the suite ends. */
  readonly folder: string;
}

export interface Suite {
  readonly name: string;
  /** @throws MissingPart when something that it needs is not on this machine. */
  run(context: SuiteContext): Promise<void>;
}

/** A suite cannot run here; the others can. */
export class MissingPart extends Error {
  override readonly name = 'MissingPart';
}
