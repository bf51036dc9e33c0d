import type { Change, ResourceId } from '@trueup/provider-sdk';

import type { StackId } from '../stack/stack-record.ts';

/**
 * One resource whose observed state left desired while Git stood still. There is at most one open
 * item for a resource: it changes with what is observed, and closes when nothing is left of it.
 *
 * `open` → `healing` (a run is on its way) → `closed`, or back to `open` when that run failed.
 */
export interface DriftItem {
  readonly id: string;
  readonly stack: StackId;
  readonly resource: ResourceId;
  /** What would bring it back. Its fields name the writers. */
  readonly change: Change;
  readonly state: 'open' | 'healing' | 'closed';
  readonly openedAt: string;
  /** When it was last seen to differ in another way. */
  readonly changedAt: string;
  readonly closedAt?: string;
  /** `healed`: by a run; `returned`: by itself; `adopted`: Git follows; `gone`: no longer desired. */
  readonly closedBy?: 'healed' | 'returned' | 'adopted' | 'gone';
}
