/** What somebody can ask about going back on a whole rollout. */
import type { LeftBehind, RolloutStackState, StackRollback } from '@trueup/engine';

/** What going back on a rollout would do, before somebody does it. */
export interface RollbackView {
  readonly rollout: string;
  /** Name of the repository. */
  readonly repository: string;
  /** What it brought. */
  readonly revision: string;
  /** What was there before. Absent where nothing was. */
  readonly before?: string;
  /** Why no merge request can be opened: one sentence. Absent where it can. */
  readonly obstacle?: string;
  /** Those that others come after first. */
  readonly stacks: readonly StackRollbackView[];
}

export interface StackRollbackView extends Omit<StackRollback, 'restores' | 'leaves'> {
  /** Full name. */
  readonly stack: string;
  readonly target: string;
  readonly provider: string;
  readonly state: RolloutStackState['name'];
  /** Absent where nothing was done, and of a provider that is not installed any more. */
  readonly restores?: string;
  /** What stays as it is. */
  readonly leaves: readonly LeftBehind[];
}

export interface OpenedRollback {
  /** Name of the repository. */
  readonly repository: string;
  /** Of the merge request. */
  readonly number: number;
  /** For people; of the built-in forge it leads to where it is shown. */
  readonly url?: string;
  readonly branch: string;
}

export interface RollbackSession {
  /** Looks only: what was done is read from the journals, what comes back is the providers' word. */
  rollbackOf(rollout: string): Promise<RollbackView>;
  /**
   * Opens a merge request that takes back all that the rollout brought, in one. It is planned, approved and
   * applied like any other. Somebody else has to be able to approve it: whoever asks counts as its author.
   *
   * @throws SessionError `CONFLICT` where there is an obstacle, later changes stand in the way, or nothing
   * of it is left.
   */
  rollbackRollout(rollout: string, reason: string, signal: AbortSignal): Promise<OpenedRollback>;
}
