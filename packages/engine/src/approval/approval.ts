import type { Digest } from '../plan/digest.ts';
import type { RunId } from '../run/run.ts';
import type { RepositoryId, StackId } from '../stack/stack-record.ts';

/**
 * Somebody's word for a set of changes. It covers exactly these digests, in this run or merge
 * request, and nothing else (P2).
 *
 * `given` → `dropped` (what it covers is no longer planned), `withdrawn` (by who gave it) or `used`
 * (its run has ended).
 */
export interface Approval {
  readonly id: string;
  readonly repository: RepositoryId;
  readonly stack: StackId;
  readonly run: RunId;
  readonly digests: readonly Digest[];
  /** The member who gave it. */
  readonly actor: string;
  readonly at: string;
  readonly state: 'given' | 'dropped' | 'withdrawn' | 'used';
}
