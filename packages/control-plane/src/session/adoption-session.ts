/** What somebody can ask about taking drift into Git. */
import type { FieldPath, Origin } from '@trueup/diagnostics';
import type { AdoptionRecord, DriftItem } from '@trueup/engine';
import type { ResourceId, Writer } from '@trueup/provider-sdk';

export interface AdoptionRequest {
  /** All that drifted if absent. */
  readonly resources?: readonly ResourceId[];
  /** Whether what others added inside these resources is taken as well. `false` if absent. */
  readonly foreign?: boolean;
  /** Only looks. `false` if absent. */
  readonly preview?: boolean;
}

/** What adopting changes in Git. */
export interface AdoptionView {
  /** Full name. */
  readonly stack: string;
  /** The revision that it is made on top of. */
  readonly base: string;
  /** Unified diff; empty where nothing can be adopted. Holds observed values. */
  readonly patch: string;
  readonly fields: readonly {
    readonly id: ResourceId;
    readonly path: FieldPath;
    readonly origin: Origin;
    readonly writer?: Writer;
  }[];
  /** What stays as it is, each with half a sentence for people. */
  readonly refused: readonly {
    readonly id: ResourceId;
    /** Empty where the resource as a whole is meant. */
    readonly path: FieldPath;
    readonly reason: string;
  }[];
  /** Full names of other stacks that read the same files. */
  readonly readers: readonly string[];
  /** Absent where it was only looked at. */
  readonly opened?: Pick<AdoptionRecord, 'mergeRequest' | 'url' | 'branch'>;
}

export interface DriftView extends DriftItem {
  /** The newest merge request that takes it into Git. */
  readonly adoption?: Pick<AdoptionRecord, 'mergeRequest' | 'url' | 'by' | 'at' | 'declined'>;
}

export interface AdoptionSession {
  /**
   * Opens a merge request that takes observed values into Git, in the lines that ask for others. It is
   * planned, approved and merged like any other. The same once more is the same merge request. Takes some
   * renders and plans.
   *
   * @throws SessionError `CONFLICT` where nothing drifted, nothing of it can be adopted, or the repository
   * has no forge; a preview needs no forge, and tells what cannot be adopted.
   */
  adopt(stack: string, request: AdoptionRequest, signal: AbortSignal): Promise<AdoptionView>;
}
