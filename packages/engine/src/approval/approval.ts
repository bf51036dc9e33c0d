import type { Digest } from '../plan/digest.ts';
import type { RunId } from '../run/run.ts';
import type { RepositoryId, StackId } from '../stack/stack-record.ts';

/**
 * Somebody's word for a set of changes. It covers exactly these digests, in this run or merge
 * request, and nothing else (P2). One of `run` and `mergeRequest` is there.
 *
 * `given` → `dropped` (what it covers is no longer planned), `withdrawn` (by who gave it) or `used`
 * (its run has ended; that of a merge request once a run of what was merged has succeeded).
 */
export interface Approval {
  readonly id: string;
  readonly repository: RepositoryId;
  readonly stack: StackId;
  readonly run?: RunId;
  /** Its number: the approval serves the merge commit of this one, and no other. */
  readonly mergeRequest?: number;
  readonly digests: readonly Digest[];
  /** The member who gave it. */
  readonly actor: string;
  /** The account on the forge by which it was given: `gitea:42`. Absent where it was given here. */
  readonly identity?: string;
  /** What was said on the forge. */
  readonly source?: ApprovalSource;
  readonly at: string;
  readonly state: 'given' | 'dropped' | 'withdrawn' | 'used';
  /** Why it was dropped: what moved, in words. */
  readonly dropped?: string;
}

/** `id` as the forge counts. */
export interface ApprovalSource {
  readonly kind: 'comment' | 'review';
  readonly id: string;
}

/** Of one run, or of one merge request. */
export type ApprovalFilter =
  | { readonly run: RunId }
  | { readonly repository: RepositoryId; readonly mergeRequest: number };
