import {
  type ChangeReport,
  type ForeignReport,
  ourselves,
  type PlanReport,
} from './plan-report.ts';

/** The shape of `trueup drift -o json`. */
export interface DriftDocument {
  readonly stacks: readonly DriftReport[];
}

export interface DriftReport {
  readonly stack: string;
  readonly target: string;
  /** What would bring it back: only the fields that somebody else wrote. */
  readonly drifted: readonly ChangeReport[];
  /** What others added inside of managed resources. */
  readonly foreign: readonly ForeignReport[];
  /** Changes that only were not applied yet. Not drift. */
  readonly pending: number;
  /** Its target keeps no record of who wrote what: `drifted` is all that differs, applied before or not. */
  readonly unattributed?: true;
  /** Why nothing is known of it. */
  readonly remark?: string;
}

/** Of a stack that could not be planned. */
export function unknownDrift(stack: string, target: string): DriftReport {
  const remark = 'It could not be planned.';
  return { stack, target, drifted: [], foreign: [], pending: 0, remark };
}

/**
 * Without a server nobody remembers what was applied last. Drift is then what differs and was written
 * by somebody else; what differs and was written by us is a change that waits to be applied. A target
 * that has no writers (hosts, for one) has only the answer of a look: what differs now.
 */
export function findDrift(report: PlanReport, hasWriters: boolean): DriftReport {
  return hasWriters ? findForeign(report) : { ...findDifferent(report), unattributed: true };
}

function findDifferent({ stack, target, changes, foreign }: PlanReport): DriftReport {
  // A step that is run leaves nothing to compare.
  const drifted = changes.filter(({ action }) => action !== 'execute' && action !== 'take-over');
  return { stack, target, drifted, foreign, pending: 0 };
}

function findForeign({ stack, target, changes, foreign }: PlanReport): DriftReport {
  const drifted = changes.flatMap((change) => {
    const fields = change.fields.filter(
      ({ writer }) => writer !== undefined && writer.name !== ourselves,
    );
    return change.action !== 'take-over' && fields.length > 0 ? [{ ...change, fields }] : [];
  });
  const ids = new Set(drifted.map(({ id }) => id));
  // A hook runs beside whatever else changes.
  const pending = changes.filter(({ id, action }) => action !== 'execute' && !ids.has(id)).length;
  return { stack, target, drifted, foreign, pending };
}
