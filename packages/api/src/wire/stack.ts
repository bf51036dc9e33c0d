import type { Diagnostic } from '@trueup/diagnostics';

import { integer, list, object, optional, type Schema, text, words } from '../schema/schema.ts';
import { diagnosticSchema } from './diagnostic.ts';
import { type HealthStatus, healthStatusSchema } from './health.ts';
import { type Run, runSchema } from './run.ts';
import { mayVerbs, type Verb } from './verb.ts';

/** A directory of a repository that is brought to one target. */
export interface Stack {
  /** Full name: `repository/stack`. */
  readonly id: string;
  /** Id of the repository. */
  readonly repository: string;
  readonly name: string;
  readonly path: string;
  readonly target: string;
  readonly provider: string;
  /** `orphaned`: Git no longer describes it, and has not said what is meant. */
  readonly standing: 'active' | 'orphaned' | 'removed';
  /** Left alone by healing and by new revisions. */
  readonly paused?: Paused;
  /** What was wrong with it at the newest revision. */
  readonly diagnostics: readonly Diagnostic[];
  /** The newest revision that was looked at for it. */
  readonly revision?: string;
  /** Of the last run that succeeded. */
  readonly applied?: Applied;
  readonly health: HealthStatus;
  /** How many resources it owns. */
  readonly resourceCount: number;
}

export interface Paused {
  readonly by: string;
  readonly at: string;
  readonly reason: string;
}

export interface Applied {
  readonly revision: string;
  readonly run: string;
  readonly at: string;
  /** What the target is by its own account. */
  readonly targetIdentity: string;
}

export interface StackView extends Stack {
  /** The newest run, if there was one. */
  readonly lastRun?: Run;
  /** How many drift items are not closed. */
  readonly driftCount: number;
  /** What whoever asks may do with it, and with its runs. */
  readonly may: readonly Verb[];
}

const members = {
  id: text(),
  repository: text(),
  name: text(),
  path: text(),
  target: text(),
  provider: text(),
  standing: words(['active', 'orphaned', 'removed']),
  paused: optional(object<Paused>({ by: text(), at: text(), reason: text() })),
  diagnostics: list(diagnosticSchema),
  revision: optional(text()),
  applied: optional(
    object<Applied>({ revision: text(), run: text(), at: text(), targetIdentity: text() }),
  ),
  health: healthStatusSchema,
  resourceCount: integer(),
};

export const stackSchema: Schema<Stack> = object<Stack>(members, 'Stack');

export const stackViewSchema: Schema<StackView> = object<StackView>(
  { ...members, lastRun: optional(runSchema), driftCount: integer(), may: mayVerbs },
  'StackView',
);
