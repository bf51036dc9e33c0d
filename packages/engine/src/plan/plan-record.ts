import type { Diagnostic } from '@trueup/diagnostics';
import type { Action, Change, ForeignField, Gap } from '@trueup/provider-sdk';

import type { AskedRequirement } from '../rules/asked-requirement.ts';
import type { RunId } from '../run/run.ts';
import type { Revision, StackId } from '../stack/stack-record.ts';
import type { Digest, Sources } from './digest.ts';

export type PlanId = string;

/** Something that the engine keeps from being done, and why. */
export interface Withheld {
  readonly change: Change;
  /** One sentence for people: what would have to be written in Git. */
  readonly reason: string;
}

/** A finding of the guards (P3). An error holds the run until a person decides. */
export interface GuardFinding {
  readonly guard: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** A plan as it is stored and shown: all but its changes, which are read page by page. */
export interface PlanRecord {
  readonly id: PlanId;
  /** That it was made for. Absent where none was: it is kept for as long as a rule says. */
  readonly run?: RunId;
  readonly stack: StackId;
  readonly revision: Revision;
  readonly createdAt: string;
  readonly targetIdentity: string;
  /** Artifacts that its content was taken from. Absent: none. */
  readonly sources?: Sources;
  /** Names the set of the changes' digests. */
  readonly digest: Digest;
  readonly totals: Readonly<Record<Action, number>>;
  /** How many of the steps are there because the target moved. */
  readonly drifted: number;
  readonly gaps: readonly Gap[];
  readonly foreign: readonly ForeignField[];
  readonly diagnostics: readonly Diagnostic[];
  readonly findings: readonly GuardFinding[];
  /** Requirements of approval that the rules made of it. Absent: none. */
  readonly asked?: readonly AskedRequirement[];
  readonly withheld: readonly Withheld[];
  /** The foreign program that rendered the stack, and its version; absent where there was none. */
  readonly tool?: { readonly name: string; readonly version: string };
}

/** One change of a stored plan. */
export interface PlannedChange {
  readonly change: Change;
  /** Absent for `none`. */
  readonly digest?: Digest;
}
