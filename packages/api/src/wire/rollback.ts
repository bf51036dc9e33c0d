import { integer, list, object, optional, type Schema, text, words } from '../schema/schema.ts';

/** What going back on a rollout would do, before somebody does it. */
export interface Rollback {
  readonly rollout: string;
  /** Name of the repository. */
  readonly repository: string;
  /** What it brought. */
  readonly revision: string;
  /** What was there before. Absent where nothing was. */
  readonly before?: string;
  /** Why no merge request can be opened: one sentence. */
  readonly obstacle?: string;
  /** Those that others come after first. */
  readonly stacks: readonly StackRollback[];
}

export interface StackRollback {
  /** Full name. */
  readonly stack: string;
  readonly target: string;
  readonly provider: string;
  /** Where it stands in the rollout. */
  readonly state: 'waiting' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'skipped';
  /** How many resources were changed, or may have been. */
  readonly count: number;
  /** What comes back: one sentence. Absent where nothing was done. */
  readonly restores?: string;
  readonly leaves: readonly LeftBehind[];
}

/** What stays as it is. */
export interface LeftBehind {
  /** One sentence. */
  readonly says: string;
  /** Ids of the resources that it is about. */
  readonly resources: readonly string[];
}

/** A merge request that takes a rollout back. */
export interface OpenedRollback {
  /** Name of the repository. */
  readonly repository: string;
  /** Of the merge request. */
  readonly number: number;
  readonly url?: string;
  readonly branch: string;
}

const stackRollbackSchema: Schema<StackRollback> = object<StackRollback>(
  {
    stack: text(),
    target: text(),
    provider: text(),
    state: words(['waiting', 'running', 'succeeded', 'failed', 'cancelled', 'skipped']),
    count: integer(),
    restores: optional(text()),
    leaves: list(object<LeftBehind>({ says: text(), resources: list(text()) })),
  },
  'StackRollback',
);

export const rollbackSchema: Schema<Rollback> = object<Rollback>(
  {
    rollout: text(),
    repository: text(),
    revision: text(),
    before: optional(text()),
    obstacle: optional(text()),
    stacks: list(stackRollbackSchema),
  },
  'Rollback',
);

export const openedRollbackSchema: Schema<OpenedRollback> = object<OpenedRollback>(
  { repository: text(), number: integer(), url: optional(text()), branch: text() },
  'OpenedRollback',
);
