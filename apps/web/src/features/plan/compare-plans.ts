/** What differs between the changes that somebody approved and those that are planned by now. */
import type { FieldChange, PlannedChange } from '@trueup/api';
import { formatFieldPath, formatJson } from '@trueup/diagnostics';

/** One resource, with what is left of each side: fields that both have alike are no difference. */
export interface PlanDifference {
  readonly id: string;
  /** Absent where nothing was approved for it. */
  readonly approved?: PlannedChange;
  /** Absent where nothing is left to do for it. */
  readonly planned?: PlannedChange;
}

/** In the order of the new plan; what is no longer in it stands last. */
export function comparePlans(
  approved: readonly PlannedChange[],
  planned: readonly PlannedChange[],
): readonly PlanDifference[] {
  const before = new Map(stepsOf(approved).map((one) => [one.change.id, one]));
  const now = stepsOf(planned);
  const moved = now.flatMap((one): readonly PlanDifference[] => {
    const other = before.get(one.change.id);
    if (!other) return [{ id: one.change.id, planned: one }];
    if (isSame(other, one)) return [];
    return [{ id: one.change.id, approved: onlyApart(other, one), planned: onlyApart(one, other) }];
  });
  const left = new Set(now.map(({ change }) => change.id));
  const gone = [...before.values()].filter(({ change }) => !left.has(change.id));
  return [...moved, ...gone.map((one) => ({ id: one.change.id, approved: one }))];
}

function stepsOf(changes: readonly PlannedChange[]): readonly PlannedChange[] {
  return changes.filter(({ change }) => change.action !== 'none');
}

/** Digests cover what is approved; a change without one (it is deferred) is compared by what is shown. */
function isSame(one: PlannedChange, other: PlannedChange): boolean {
  if (one.digest !== undefined && one.digest === other.digest) return true;
  if (one.digest !== undefined && other.digest !== undefined) return false;
  const same = one.change.action === other.change.action;
  return same && onlyApart(one, other).change.fields.length === 0;
}

function onlyApart(one: PlannedChange, other: PlannedChange): PlannedChange {
  const known = new Set(other.change.fields.map(toText));
  const fields = one.change.fields.filter((field) => !known.has(toText(field)));
  return { ...one, change: { ...one.change, fields } };
}

function toText({ path, before, after, unknown, sensitive }: FieldChange): string {
  const sides = [before, after].map((side) => (side === undefined ? '' : formatJson(side)));
  return [formatFieldPath(path), ...sides, unknown, sensitive].join('\n');
}
