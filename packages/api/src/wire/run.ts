import type { Failure } from '@trueup/diagnostics';

import {
  integer,
  list,
  object,
  optional,
  type Schema,
  text,
  union,
  words,
} from '../schema/schema.ts';
import { failureSchema } from './diagnostic.ts';

/** How much of a plan was done when its run ended. */
export type Extent = 'nothing' | 'part' | 'all';

/** `revision`: a commit asks for it; `heal`: brings drift back; `rollback`, `removal`: as they say. */
export type Purpose = 'revision' | 'heal' | 'rollback' | 'removal';

/** Where a run stands. `held` waits for a person; the last four are ends. */
export type Phase =
  | { readonly name: 'queued' }
  | { readonly name: 'planning' }
  | {
      readonly name: 'awaiting-approval';
      /** Digests of the changes that lack approvals. */
      readonly missing: readonly string[];
      readonly reason: string;
    }
  | {
      readonly name: 'waiting';
      readonly for: 'freeze' | 'stack' | 'lock' | 'retry';
      readonly until?: string;
      readonly message: string;
    }
  | { readonly name: 'applying'; readonly wave: number }
  | { readonly name: 'settling'; readonly wave: number }
  | { readonly name: 'verifying' }
  | {
      readonly name: 'held';
      readonly reason: 'plan-moved' | 'in-doubt' | 'guard' | 'person';
      readonly message: string;
    }
  | { readonly name: 'succeeded'; readonly extent: 'all' | 'nothing' }
  | { readonly name: 'failed'; readonly extent: Extent; readonly failure: Failure }
  | { readonly name: 'superseded'; readonly extent: Extent; readonly by: string }
  | { readonly name: 'cancelled'; readonly extent: Extent; readonly by: string };

/** One execution of one plan. */
export interface Run {
  readonly id: string;
  /** Id of the repository. */
  readonly repository: string;
  /** Full name of the stack. */
  readonly stack: string;
  readonly revision: string;
  readonly purpose: Purpose;
  /** `commit:ADDRESS`, `member:NAME`, `trueup`. */
  readonly requestedBy: string;
  /** Head of the followed branch before: its rules protect as well. */
  readonly base?: string;
  /** The rollout that it is part of. */
  readonly rollout?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly phase: Phase;
  /** The newest plan. */
  readonly plan?: RunPlan;
  /** Digests of the changes that it may apply. */
  readonly accepted: readonly string[];
  readonly counts: RunCounts;
  /** How often it was planned again since the target moved. */
  readonly replans: number;
  /** How often it was tried again after failures. */
  readonly retries: number;
  /** Somebody took it upon themselves: neither missing approvals nor freezes keep it. */
  readonly brokenGlass?: BrokenGlass;
  /** Who let it go on after a hold. */
  readonly resumedBy?: string;
}

export interface BrokenGlass {
  readonly by: string;
  readonly at: string;
  readonly reason: string;
}

export interface RunPlan {
  readonly id: string;
  readonly digest: string;
  readonly waves: number;
}

/** Steps of all its plans. */
export interface RunCounts {
  readonly done: number;
  readonly failed: number;
  readonly total: number;
}

/** Somebody's word for a set of changes. */
export interface Approval {
  readonly id: string;
  readonly repository: string;
  readonly stack: string;
  /** That it serves; absent for one of a merge request. */
  readonly run?: string;
  /** Number of the merge request whose merge commit it serves. */
  readonly mergeRequest?: number;
  readonly digests: readonly string[];
  /** The member who gave it. */
  readonly actor: string;
  /** The account on the forge by which it was given: `gitea:42`. */
  readonly identity?: string;
  /** What was said on the forge. */
  readonly source?: { readonly kind: 'comment' | 'review'; readonly id: string };
  readonly at: string;
  readonly state: 'given' | 'dropped' | 'withdrawn' | 'used';
  /** Why it was dropped: what moved. */
  readonly dropped?: string;
}

const extentSchema: Schema<Extent> = words(['nothing', 'part', 'all']);

export const phaseSchema: Schema<Phase> = union(
  [
    object<{ readonly name: 'queued' }>({ name: words(['queued']) }),
    object<{ readonly name: 'planning' }>({ name: words(['planning']) }),
    object<Extract<Phase, { readonly name: 'awaiting-approval' }>>({
      name: words(['awaiting-approval']),
      missing: list(text()),
      reason: text(),
    }),
    object<Extract<Phase, { readonly name: 'waiting' }>>({
      name: words(['waiting']),
      for: words(['freeze', 'stack', 'lock', 'retry']),
      until: optional(text()),
      message: text(),
    }),
    object<Extract<Phase, { readonly name: 'applying' }>>({
      name: words(['applying']),
      wave: integer(),
    }),
    object<Extract<Phase, { readonly name: 'settling' }>>({
      name: words(['settling']),
      wave: integer(),
    }),
    object<{ readonly name: 'verifying' }>({ name: words(['verifying']) }),
    object<Extract<Phase, { readonly name: 'held' }>>({
      name: words(['held']),
      reason: words(['plan-moved', 'in-doubt', 'guard', 'person']),
      message: text(),
    }),
    object<Extract<Phase, { readonly name: 'succeeded' }>>({
      name: words(['succeeded']),
      extent: words(['all', 'nothing']),
    }),
    object<Extract<Phase, { readonly name: 'failed' }>>({
      name: words(['failed']),
      extent: extentSchema,
      failure: failureSchema,
    }),
    object<Extract<Phase, { readonly name: 'superseded' }>>({
      name: words(['superseded']),
      extent: extentSchema,
      by: text(),
    }),
    object<Extract<Phase, { readonly name: 'cancelled' }>>({
      name: words(['cancelled']),
      extent: extentSchema,
      by: text(),
    }),
  ],
  'Phase',
);

export const runSchema: Schema<Run> = object<Run>(
  {
    id: text(),
    repository: text(),
    stack: text(),
    revision: text(),
    purpose: words(['revision', 'heal', 'rollback', 'removal']),
    requestedBy: text(),
    base: optional(text()),
    rollout: optional(text()),
    createdAt: text(),
    updatedAt: text(),
    phase: phaseSchema,
    plan: optional(object<RunPlan>({ id: text(), digest: text(), waves: integer() })),
    accepted: list(text()),
    counts: object<RunCounts>({ done: integer(), failed: integer(), total: integer() }),
    replans: integer(),
    retries: integer(),
    brokenGlass: optional(object<BrokenGlass>({ by: text(), at: text(), reason: text() })),
    resumedBy: optional(text()),
  },
  'Run',
);

export const approvalSchema: Schema<Approval> = object<Approval>(
  {
    id: text(),
    repository: text(),
    stack: text(),
    run: optional(text()),
    mergeRequest: optional(integer()),
    digests: list(text()),
    actor: text(),
    identity: optional(text()),
    source: optional(
      object<NonNullable<Approval['source']>>({
        kind: words(['comment', 'review']),
        id: text(),
      }),
    ),
    at: text(),
    state: words(['given', 'dropped', 'withdrawn', 'used']),
    dropped: optional(text()),
  },
  'Approval',
);
