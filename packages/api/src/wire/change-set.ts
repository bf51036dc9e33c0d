/** What merge requests would bring: the plans of all stacks that they touch. */
import type { Diagnostic } from '@trueup/diagnostics';

import {
  integer,
  list,
  object,
  optional,
  record,
  type Schema,
  text,
  truth,
  words,
} from '../schema/schema.ts';
import { diagnosticSchema } from './diagnostic.ts';
import { mayVerbs, type Verb } from './verb.ts';

/** For one state of a merge request's two branches. */
export interface ChangeSet {
  readonly id: string;
  /** Name of the repository. */
  readonly repository: string;
  /** Of the merge request, as its forge counts. */
  readonly number: number;
  /** Of the merge request, when it was seen last. */
  readonly title?: string;
  /** Of the merge request's branch. */
  readonly head: string;
  /** Of the followed branch: its rules and targets are in force. */
  readonly base: string;
  /** What merging them gives: what is planned. Absent where they do not merge. */
  readonly merged?: string;
  /** The account of its author: `gitea:42`. */
  readonly author: string;
  /** Names the steps of all stacks. */
  readonly digest: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly phase: 'conflicting' | 'planning' | 'planned' | 'superseded' | 'merged' | 'closed';
  /** Files that do not merge. */
  readonly conflicts?: readonly string[];
  /** What the followed branch got by the merge. */
  readonly mergeCommit?: string;
  /** How its runs ended; absent while some have not, or before the merge. */
  readonly applied?: 'succeeded' | 'partly' | 'failed' | 'nothing';
  /** Mistakes that the merge would bring. */
  readonly diagnostics: readonly Diagnostic[];
  /** By full name. */
  readonly stacks: Readonly<Record<string, ChangeSetStack>>;
  /** Address of the comment that shows it. */
  readonly comment?: string;
  /** Who said that nothing is applied after the merge before somebody says so. */
  readonly holdBy?: string;
  /** What people asked for on the forge, and was not done. */
  readonly refusals: readonly ChangeSetRefusal[];
  /** What whoever asks may do with its stacks. */
  readonly may: readonly Verb[];
}

export interface ChangeSetStack {
  readonly state: 'waiting' | 'planned' | 'deferred' | 'refused' | 'failed' | 'orphaned';
  /** Of a planned one. */
  readonly plan?: string;
  readonly digest?: string;
  readonly plannedAt?: string;
  /** Of a planned one: the name of its target. Absent for what an older version planned. */
  readonly target?: string;
  /** Why it is deferred or refused. */
  readonly reason?: string;
  /** Why it failed. */
  readonly diagnostics?: readonly Diagnostic[];
  /** Who stands behind its plan; only where one change set is shown. */
  readonly approval?: ChangeSetApproval;
}

export interface ChangeSetApproval {
  /** Who is missing, or was asked where nobody is, in words. Empty where nobody is asked. */
  readonly required: string;
  readonly covered: boolean;
  /** Members whose words count. */
  readonly given: readonly string[];
  /** Members whose words do not, and why. */
  readonly uncounted: readonly { readonly who: string; readonly reason: string }[];
  /** What the newest approval that no longer holds lacks. */
  readonly dropped?: string;
}

export interface ChangeSetRefusal {
  readonly who: string;
  readonly what: string;
  readonly reason: string;
}

const approvalSchema: Schema<ChangeSetApproval> = object<ChangeSetApproval>(
  {
    required: text(),
    covered: truth(),
    given: list(text()),
    uncounted: list(
      object<ChangeSetApproval['uncounted'][number]>({ who: text(), reason: text() }),
    ),
    dropped: optional(text()),
  },
  'ChangeSetApproval',
);

const stackSchema: Schema<ChangeSetStack> = object<ChangeSetStack>(
  {
    state: words(['waiting', 'planned', 'deferred', 'refused', 'failed', 'orphaned']),
    plan: optional(text()),
    digest: optional(text()),
    plannedAt: optional(text()),
    target: optional(text()),
    reason: optional(text()),
    diagnostics: optional(list(diagnosticSchema)),
    approval: optional(approvalSchema),
  },
  'ChangeSetStack',
);

export const changeSetSchema: Schema<ChangeSet> = object<ChangeSet>(
  {
    id: text(),
    repository: text(),
    number: integer(),
    title: optional(text()),
    head: text(),
    base: text(),
    merged: optional(text()),
    author: text(),
    digest: text(),
    createdAt: text(),
    updatedAt: text(),
    phase: words(['conflicting', 'planning', 'planned', 'superseded', 'merged', 'closed']),
    conflicts: optional(list(text())),
    mergeCommit: optional(text()),
    applied: optional(words(['succeeded', 'partly', 'failed', 'nothing'])),
    diagnostics: list(diagnosticSchema),
    stacks: record(stackSchema),
    comment: optional(text()),
    holdBy: optional(text()),
    may: mayVerbs,
    refusals: list(
      object<ChangeSetRefusal>({ who: text(), what: text(), reason: text() }, 'ChangeSetRefusal'),
    ),
  },
  'ChangeSet',
);
