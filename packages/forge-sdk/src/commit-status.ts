/** `error`: it could not be found out; `failed`: it was, and is bad. */
export type StatusState = 'pending' | 'passed' | 'failed' | 'error';

/** What we say of a commit, one per context; a later one of the same context replaces it. */
export interface CommitStatus {
  /** For example `trueup/plan`. Required checks of the forge name it. */
  readonly context: string;
  readonly state: StatusState;
  /** One line for people. The adapter cuts it to what the forge takes. */
  readonly description: string;
  readonly url?: string;
}

/** A result that a CI posted on a commit. */
export interface Check {
  readonly name: string;
  readonly state: StatusState;
  readonly description?: string;
  readonly url?: string;
  /** RFC 3339. */
  readonly updatedAt: string;
}
