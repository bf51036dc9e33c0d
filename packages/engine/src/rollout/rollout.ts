import type { RunId } from '../run/run.ts';
import type { RepositoryId, Revision, StackId } from '../stack/stack-record.ts';

/** Where one stack of a rollout stands. `skipped`: something that it comes after did not succeed. */
export type RolloutStackState =
  | { readonly name: 'waiting' }
  | { readonly name: 'running'; readonly run: RunId }
  | { readonly name: 'succeeded'; readonly run: RunId }
  | { readonly name: 'failed'; readonly run: RunId }
  | { readonly name: 'cancelled'; readonly run?: RunId }
  | { readonly name: 'skipped'; readonly because: StackId };

/**
 * Brings all stacks that one revision touches to their targets, in order.
 *
 * `waiting` → `running` → `succeeded` (all), `partly` (some), `failed` (none), or `cancelled`.
 */
export interface Rollout {
  readonly id: string;
  readonly repository: RepositoryId;
  readonly revision: Revision;
  /** Head of the followed branch before it: what a rollback goes back to. Absent for the first one. */
  readonly before?: Revision;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly phase: 'waiting' | 'running' | 'succeeded' | 'partly' | 'failed' | 'cancelled';
  readonly stacks: Readonly<Record<StackId, RolloutStack>>;
}

export interface RolloutStack {
  /** Those of the same rollout that it comes after. */
  readonly after: readonly StackId[];
  readonly state: RolloutStackState;
  /** See `Run.base`. */
  readonly base?: Revision;
}

/** Whether nothing of it goes on any more. */
export function isRolloutOver({ phase }: Pick<Rollout, 'phase'>): boolean {
  return phase !== 'waiting' && phase !== 'running';
}
