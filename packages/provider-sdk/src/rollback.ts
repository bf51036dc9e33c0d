import type { Action, Change, Hazard } from './change.ts';
import { parseResourceId } from './resource.ts';

/**
 * What going back to an older revision does, and what it leaves as it is, as people are told before they
 * go back. Plain data: it does not depend on a target, and promises no more than the provider keeps.
 */
export interface RollbackStatement {
  /** What an older revision brings back: one sentence. */
  readonly restores: string;
  /** What stays as it is. Empty only where really everything goes back. */
  readonly limits: readonly RollbackLimit[];
}

/** Something that an older revision does not bring back. */
export interface RollbackLimit {
  /** One sentence, free of values. */
  readonly says: string;
  /** Which of the changes that were made it is about; all of them if absent. */
  readonly concerns?: {
    /** Any of these; every one if absent. The same holds for `hazards` and `kinds`. */
    readonly actions?: readonly Action[];
    readonly hazards?: readonly Hazard[];
    /** Of resources. */
    readonly kinds?: readonly string[];
  };
}

/** Whether a limit is about a change that was made. */
export function concerns(
  { concerns: about }: RollbackLimit,
  { id, action, hazards }: Pick<Change, 'id' | 'action' | 'hazards'>,
): boolean {
  if (action === 'none') return false;
  const { actions, hazards: harms, kinds } = about ?? {};
  return (
    (actions?.includes(action) ?? true) &&
    (harms?.some((one) => hazards.includes(one)) ?? true) &&
    (kinds?.includes(parseResourceId(id).kind) ?? true)
  );
}
